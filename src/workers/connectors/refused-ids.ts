import type { ChannelName } from '../../domain/values';
import { createFaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import type { Inquiry } from './inquiry';
import type { ViewsAnswer } from './platform';

/**
 * The ids for which a platform refuses a request about many. Each is asked apart until it has a count: otherwise every
 * request that it is in would be refused, and asked again in parts, for ever.
 */
export interface RefusedIds {
  /** They are to have a request of their own. */
  readonly apart: ReadonlySet<string>;
  /** Whether a request asks about nothing but one of them. */
  areAllOf(inquiry: Inquiry): boolean;
  /** A request about many was refused. */
  batchRefused(refusal: Error): void;
  /** Asked by themselves after that, these have no count either, though others have an answer. */
  add(inquiries: readonly Inquiry[]): void;
  answered(inquiry: Inquiry, answers: readonly ViewsAnswer[]): void;
}

const TEXTS = {
  begins: 'a platform refuses a request about many events: it is asked again in parts',
  ends: 'a platform takes requests about many events again',
};

/** Ids of events that have ended are never answered; the oldest are forgotten. */
const MOST_KEPT = 1_000;

export function createRefusedIds(log: Logger, channel: ChannelName): RefusedIds {
  const apart = new Set<string>();
  const fault = createFaultLog(log, TEXTS, { channel });

  function keep(id: string): void {
    apart.add(id);
    const [oldest] = apart;
    if (apart.size > MOST_KEPT && oldest !== undefined) apart.delete(oldest);
  }

  return {
    apart,
    areAllOf: ({ ids = [] }) => ids.length === 1 && ids.every((id) => apart.has(id)),
    batchRefused: (refusal) => fault.failed(refusal),
    add(inquiries) {
      for (const { ids = [] } of inquiries) ids.forEach(keep);
    },
    answered({ ids = [] }, answers) {
      if (ids.length > 1) fault.worked();
      else if (answers.some(({ kind }) => kind === 'measured')) for (const id of ids) apart.delete(id);
    },
  };
}
