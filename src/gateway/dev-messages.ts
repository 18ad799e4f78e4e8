import { setImmediate as nextIteration } from 'node:timers/promises';
import { z } from 'zod';
import { AppError, badUserInput } from '../errors';

/** The message of one line, or why it is none. */
export type Line = { readonly topic: string; readonly value: unknown } | { readonly error: string };

/** How many lines a body may have: as many as fit into one of the usual size. Blank lines count, as they take time too. */
const MOST_LINES = 100_000;
/** After so many lines it yields to the event loop. */
const LINES_PER_ITERATION = 1_000;

/**
 * The lines of an NDJSON body, the blank ones left out.
 *
 * @throws AppError PAYLOAD_TOO_LARGE for more than MOST_LINES
 */
export async function linesOf(text: string): Promise<Line[]> {
  const lines: Line[] = [];
  let count = 0;
  for (let from = 0; from < text.length; count += 1) {
    if (count >= MOST_LINES) throw tooMany();
    if (count % LINES_PER_ITERATION === 0) await nextIteration();
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end === -1 ? undefined : end);
    if (line.trim() !== '') lines.push(toLine(tryParse(line)));
    from = end === -1 ? text.length : end + 1;
  }
  return lines;
}

/**
 * The same of a JSON array.
 *
 * @throws AppError PAYLOAD_TOO_LARGE, BAD_USER_INPUT for what is none
 */
export function itemsOf(text: string): Line[] {
  const parsed = tryParse(text);
  if (!Array.isArray(parsed)) throw badUserInput('본문이 JSON 배열이 아닙니다.');
  if (parsed.length > MOST_LINES) throw tooMany();
  return parsed.map(toLine);
}

const tooMany = (): AppError =>
  new AppError('PAYLOAD_TOO_LARGE', {
    message: `메시지가 너무 많습니다. 한 번에 ${MOST_LINES}줄까지 받습니다. 나누어 보내 주세요.`,
  });

/** Undefined is not a JSON value, so it can stand for invalid JSON. */
function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const envelope = z.object({ topic: z.string(), value: z.unknown() });

function toLine(parsed: unknown): Line {
  if (parsed === undefined) return { error: 'not JSON' };
  const result = envelope.safeParse(parsed);
  if (!result.success || result.data.value === undefined) {
    return { error: 'must be an object {"topic": …, "value": {…}}' };
  }
  return { topic: result.data.topic, value: result.data.value };
}
