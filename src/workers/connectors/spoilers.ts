import type { ChannelName } from '../../domain/values';
import { createFaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import type { Inquiry } from './inquiry';

/**
 * The ids for which a platform refuses a request about many. Each is asked apart until it has an answer: otherwise every
 * request that it is in would be refused, and all others asked singly again, for ever.
 */
export interface Spoilers {
  readonly ids: ReadonlySet<string>;
  /** A request about many was refused. */
  refused(refusal: Error): void;
  /** Asked by itself after that, it has no answer either. */
  add(inquiry: Inquiry): void;
  answered(inquiry: Inquiry): void;
}

const TEXTS = {
  begins: 'a platform refuses a request about many events: each is asked about by itself',
  ends: 'a platform takes requests about many events again',
};

export function createSpoilers(log: Logger, channel: ChannelName): Spoilers {
  const apart = new Set<string>();
  const fault = createFaultLog(log, TEXTS, { channel });
  return {
    ids: apart,
    refused: (refusal) => fault.failed(refusal),
    add({ ids = [] }) {
      for (const id of ids) apart.add(id);
    },
    answered({ ids = [] }) {
      if (ids.length > 1) fault.worked();
      else for (const id of ids) apart.delete(id);
    },
  };
}
