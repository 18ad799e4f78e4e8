import type { IncomingMessage } from 'node:http';
import express, { type RequestHandler, type Router } from 'express';
import type { Admission } from '../auth/admission';
import { AppError, badUserInput, methodNotAllowed } from '../errors';
import type { ChangePublisher } from '../messaging/changes/change-publisher';
import { isDiskFull } from '../database/embedded/disk-reserve';
import type { EmbeddedSource } from '../messaging/source/embedded';
import type { Outcome } from '../messaging/source/source';
import { itemsOf, type Line, linesOf } from './dev-messages';
import { createStrictRouter } from './express-app';

export interface DevEventsOptions {
  readonly source: EmbeddedSource;
  readonly admission: Pick<Admission, 'admit'>;
  readonly changes: ChangePublisher;
  readonly topics: readonly string[];
  /** The largest body. */
  readonly maxBytes: number;
}

const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json';

/** What one line came to, for the answer. */
interface Answer {
  accepted: number;
  duplicates: number;
  rejected: { index: number; error: string }[];
  /** How many were rejected beside those that are listed; left out when there are none. */
  rejectedNotListed?: number;
}

/** An answer names so many of the messages that were rejected, the first ones. */
const MOST_LISTED = 1_000;

/**
 * `POST /dev/events`: messages over HTTP where there is no Kafka. Answers once they are committed and readers can see
 * them. The body is NDJSON or a JSON array; one bad line takes nothing from the others.
 */
export function devEvents(options: DevEventsOptions): Router {
  const router = createStrictRouter();
  router.post(
    '/dev/events',
    requireToken(options.admission),
    readBody(options.maxBytes),
    async (request, response) => {
      const lines = await messagesOf(request, textOf(request));
      const answer = await deliver(options, lines).catch(toldOfFullDisk);
      await options.changes.flush();
      response.json(withShortList(answer));
    },
  );
  router.all('/dev/events', () => {
    throw methodNotAllowed('POST');
  });
  return router;
}

function requireToken(admission: Pick<Admission, 'admit'>): RequestHandler {
  return async (request, response, next) => {
    await admission.admit(request, response);
    next();
  };
}

function readBody(limit: number): RequestHandler {
  return express.raw({ type: [NDJSON, JSON_TYPE], limit });
}

function textOf(request: IncomingMessage & { body?: unknown }): string {
  if (!Buffer.isBuffer(request.body)) {
    throw new AppError('UNSUPPORTED_MEDIA_TYPE', {
      message: `본문은 ${NDJSON} 또는 ${JSON_TYPE} 이어야 합니다.`,
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(request.body);
  } catch (error) {
    throw badUserInput('본문이 UTF-8이 아닙니다.', error);
  }
}

function messagesOf(request: IncomingMessage, text: string): Line[] | Promise<Line[]> {
  const isNdjson = (request.headers['content-type'] ?? '').toLowerCase().startsWith(NDJSON);
  return isNdjson ? linesOf(text) : itemsOf(text);
}

/** The sender may come back with the same messages once there is room. */
function toldOfFullDisk(error: unknown): never {
  throw isDiskFull(error) ? new AppError('INSUFFICIENT_STORAGE', { cause: error }) : error;
}

function withShortList(answer: Answer): Answer {
  const notListed = answer.rejected.length - MOST_LISTED;
  if (notListed <= 0) return answer;
  return { ...answer, rejected: answer.rejected.slice(0, MOST_LISTED), rejectedNotListed: notListed };
}

/** Topic by topic: topics are not ordered against each other, and a topic's messages keep their order. */
async function deliver({ source, topics }: DevEventsOptions, lines: readonly Line[]): Promise<Answer> {
  const answer: Answer = { accepted: 0, duplicates: 0, rejected: [] };
  const byTopic = new Map<string, { index: number; value: unknown }[]>(topics.map((topic) => [topic, []]));
  lines.forEach((line, index) => {
    if ('error' in line) answer.rejected.push({ index, error: line.error });
    else if (byTopic.has(line.topic)) byTopic.get(line.topic)?.push({ index, value: line.value });
    else answer.rejected.push({ index, error: `topic: must be one of ${topics.join(', ')}` });
  });
  for (const [topic, messages] of byTopic) {
    if (messages.length === 0) continue;
    const outcomes = await source.deliver(
      topic,
      messages.map((message) => message.value),
    );
    messages.forEach(({ index }, position) => count(answer, index, outcomes[position]));
  }
  answer.rejected.sort((one, other) => one.index - other.index);
  return answer;
}

function count(answer: Answer, index: number, outcome: Outcome | undefined): void {
  if (outcome?.kind === 'applied') answer.accepted += 1;
  else if (outcome?.kind === 'rejected') answer.rejected.push({ index, error: outcome.reason });
  else answer.duplicates += 1;
}
