import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';

/** The lines of a log since some moment. */
export interface LogLines {
  /** @returns what no attack may cause: errors, and too many lines */
  problems(): string[];
}

const line = z.object({ level: z.number(), msg: z.string().optional() });
/** Pino's number for error; fatal is higher. */
const ERROR = 50;
/** A client that can make the log grow can fill the disk. */
const MOST_LINES = 200;

export function watchLines(file: string): LogLines {
  const before = statSync(file).size;
  return {
    problems() {
      const lines = readFileSync(file).subarray(before).toString().split('\n').slice(0, -1);
      const errors = lines.flatMap((text) => readError(text) ?? []);
      return [
        ...(errors.length > 0 ? [`${errors.length} error lines were logged, the first: ${errors[0]}`] : []),
        ...(lines.length > MOST_LINES ? [`${lines.length} lines were logged`] : []),
      ];
    },
  };
}

/** Node's inspector and V8 write lines of their own, which are no JSON. */
function readError(text: string): string | undefined {
  try {
    const { level, msg } = line.parse(JSON.parse(text));
    return level >= ERROR ? (msg ?? text.slice(0, 120)) : undefined;
  } catch {
    return undefined;
  }
}
