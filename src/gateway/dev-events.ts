import type { IncomingMessage } from 'node:http';
import express, { type RequestHandler, type Router } from 'express';
import { z } from 'zod';
import type { TokenVerifier } from '../auth/token';
import { AppError, badUserInput, methodNotAllowed } from '../errors';
import type { Changes } from '../platform/changes/changes';
import { isDiskFull } from '../platform/database/disk-reserve';
import type { EmbeddedSource } from '../platform/source/embedded';
import type { Outcome } from '../platform/source/source';
import { createStrictRouter } from './strict-router';

export interface DevEventsOptions {
  readonly source: EmbeddedSource;
  readonly tokens: TokenVerifier;
  readonly changes: Changes;
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
}

type Line = { readonly topic: string; readonly value: unknown } | { readonly error: string };

/**
 * `POST /dev/events`: messages over HTTP where there is no Kafka. Answers once they are committed and readers can see
 * them. The body is NDJSON or a JSON array; one bad line takes nothing from the others.
 */
export function devEvents(options: DevEventsOptions): Router {
  const router = createStrictRouter();
  router.post(
    '/dev/events',
    requireToken(options.tokens),
    readBody(options.maxBytes),
    async (request, response) => {
      const lines = linesOf(request, textOf(request));
      const answer = await deliver(options, lines).catch(toldOfFullDisk);
      await options.changes.settled();
      response.json(answer);
    },
  );
  router.all('/dev/events', () => {
    throw methodNotAllowed('POST');
  });
  return router;
}

function requireToken(tokens: TokenVerifier): RequestHandler {
  return async (request, _response, next) => {
    await tokens.verify(request.headers.authorization);
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

function linesOf(request: IncomingMessage, text: string): Line[] {
  const isNdjson = (request.headers['content-type'] ?? '').toLowerCase().startsWith(NDJSON);
  if (!isNdjson) return parseArray(text).map(toLine);
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => toLine(tryParse(line)));
}

function parseArray(text: string): unknown[] {
  const parsed = tryParse(text);
  if (!Array.isArray(parsed)) throw badUserInput('본문이 JSON 배열이 아닙니다.');
  return parsed;
}

/** Undefined is no JSON value, so it can stand for what is none. */
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

/** The sender may come back with the same messages once there is room. */
function toldOfFullDisk(error: unknown): never {
  throw isDiskFull(error) ? new AppError('INSUFFICIENT_STORAGE', { cause: error }) : error;
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
