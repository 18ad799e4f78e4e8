import type { z } from 'zod';
import type { PlatformConfig } from '../../config/platforms';
import {
  type BatchConnector,
  type Connector,
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
  /** The ids that it asks by, where the platform takes many in a request; else undefined. */
  readonly ids?: readonly string[] | undefined;
  /** A reading for each question, in their order. */
  readonly answer: z.ZodType<readonly Reading[]>;
}

export interface BatchBounds {
  /** Ids that are to have a request of their own. */
  readonly apart?: ReadonlySet<string>;
  /** Where it is fewer than the connector allows. */
  readonly mostIds?: number;
  /** Where the first request may have more than the others. */
  readonly mostInFirst?: number;
}

/**
 * Turns questions into as few requests as the connector can do with. A question whose event has no id, where one is needed, is
 * in none of them.
 *
 * @param bounds what of the connector's own requests may not be
 */
export function inquiriesOf(
  connector: Connector,
  questions: readonly ViewsQuestion[],
  config: PlatformConfig,
  bounds: BatchBounds = {},
): readonly Inquiry[] {
  if ('mostIdsPerRequest' in connector) return batchesOf(connector, questions, config, bounds);
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
  { apart = new Set(), mostIds = connector.mostIdsPerRequest, mostInFirst = mostIds }: BatchBounds,
): readonly Inquiry[] {
  const byId = new Map<string, ViewsQuestion[]>();
  for (const question of questions) {
    const id = platformIdOf(question, config);
    if (id !== undefined && connector.isAskable(id)) byId.set(id, [...(byId.get(id) ?? []), question]);
  }
  const inquiries: Inquiry[] = [];
  const together = [...byId].filter(([id]) => !apart.has(id));
  while (together.length > 0) {
    const size = inquiries.length === 0 ? mostInFirst : mostIds;
    inquiries.push(batchOf(connector, together.splice(0, size), config));
  }
  // Behind the others: they are asked apart since they have no answer, as a rule.
  const alone = [...byId].filter(([id]) => apart.has(id)).map((one) => batchOf(connector, [one], config));
  return [...inquiries, ...alone];
}

function batchOf(
  connector: BatchConnector,
  asked: readonly (readonly [id: string, questions: readonly ViewsQuestion[]])[],
  config: PlatformConfig,
): Inquiry {
  const ids = asked.map(([id]) => id);
  return {
    request: connector.request(ids, config),
    ids,
    questions: asked.flatMap(([, questions]) => questions),
    answer: connector.answer.transform(({ byId, ofOthers }) =>
      asked.flatMap(([id, questions]) => questions.map(() => byId.get(id) ?? ofOthers)),
    ),
  };
}
