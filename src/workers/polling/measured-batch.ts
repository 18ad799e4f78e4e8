import { randomUUID } from 'node:crypto';
import type { SourceBatch } from '../../messaging/source/source';
import type { ChannelName, Count, EventId, Instant } from '../../domain/values';
import type { Topic } from '../messages/topics';

/** A platform's answer on its way to the projection. */
export interface Measurement {
  readonly eventId: EventId;
  readonly channel: ChannelName;
  readonly views: Count;
  readonly measuredAt: Instant;
}

const TOPIC: Topic = 'channel.views-measured';

/** The measurements as a batch like those of Kafka, except that there is no log to read again. */
export function measuredBatch(measurements: readonly Measurement[]): SourceBatch {
  return {
    topic: TOPIC,
    messages: measurements.map(({ measuredAt, ...measurement }, index) => {
      const at = new Date(measuredAt).toISOString();
      const value = { messageId: randomUUID(), occurredAt: at, ...measurement, measuredAt: at };
      return { offset: BigInt(index), key: null, value: null, decoded: { value } };
    }),
    keepAlive: () => Promise.resolve(),
  };
}
