import type { z } from 'zod';
import type { PlatformConfig } from '../../config/platforms';
import {
  type BatchConnector,
  type Connector,
  NO_VALUE,
  platformIdOf,
  type PlatformRequest,
  type Reading,
} from './connector';
import type { ViewsQuestion } from './platform';

/** One request about one event or several, and how its answer reads. */
export interface Inquiry {
  readonly request: PlatformRequest;
  /** The events that it asks about. */
  readonly questions: readonly ViewsQuestion[];
  /** A reading for each question, in their order. */
  readonly answer: z.ZodType<readonly Reading[]>;
}

/**
 * Turns questions into as few requests as the connector can do with. A question whose event has no id, where one is needed, is
 * in none of them.
 */
export function inquiriesOf(
  connector: Connector,
  questions: readonly ViewsQuestion[],
  config: PlatformConfig,
): readonly Inquiry[] {
  if ('mostIdsPerRequest' in connector) return batchesOf(connector, questions, config);
  return questions.flatMap((question) => {
    const request = connector.request(question, config);
    const answer = connector.answer.transform((reading) => [reading]);
    return request === undefined ? [] : [{ request, questions: [question], answer }];
  });
}

/** @returns how many events one request may ask about */
export function mostPerRequest(connector: Connector): number {
  return 'mostIdsPerRequest' in connector ? connector.mostIdsPerRequest : 1;
}

/** Several events may share an id: it is asked for once. */
function batchesOf(
  connector: BatchConnector,
  questions: readonly ViewsQuestion[],
  config: PlatformConfig,
): readonly Inquiry[] {
  const byId = new Map<string, ViewsQuestion[]>();
  for (const question of questions) {
    const id = platformIdOf(question, config);
    if (id !== undefined && connector.isAskable(id)) byId.set(id, [...(byId.get(id) ?? []), question]);
  }
  const all = [...byId];
  const inquiries: Inquiry[] = [];
  for (let start = 0; start < all.length; start += connector.mostIdsPerRequest)
    inquiries.push(batchOf(connector, all.slice(start, start + connector.mostIdsPerRequest), config));
  return inquiries;
}

function batchOf(
  connector: BatchConnector,
  asked: readonly (readonly [id: string, questions: readonly ViewsQuestion[]])[],
  config: PlatformConfig,
): Inquiry {
  const ids = asked.map(([id]) => id);
  return {
    request: connector.request(ids, config),
    questions: asked.flatMap(([, questions]) => questions),
    // An id that the answer does not name is one that the platform does not know.
    answer: connector.answer.transform((readings) =>
      asked.flatMap(([id, questions]) => questions.map(() => readings.get(id) ?? NO_VALUE)),
    ),
  };
}
