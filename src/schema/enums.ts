import { registerEnumType } from 'type-graphql';
import type {
  BreakEvenStatus as BreakEvenStatusValue,
  DistributionStatus as DistributionStatusValue,
  EventStatus as EventStatusValue,
  TimeUnit as TimeUnitValue,
  ViewsSource as ViewsSourceValue,
} from '../domain/values';

/** The members of a union type as an object, which is what a GraphQL enum is registered from. */
type Members<Value extends string> = { readonly [Member in Value]: Member };

export const DistributionStatus: Members<DistributionStatusValue> = {
  SUCCESS: 'SUCCESS',
  FAILED: 'FAILED',
  PENDING: 'PENDING',
};
registerEnumType(DistributionStatus, {
  name: 'DistributionStatus',
  description: "The state of an event's distribution over one channel.",
  valuesConfig: {
    SUCCESS: { description: 'The channel shows the event.' },
    FAILED: { description: 'The distribution over the channel failed.' },
    PENDING: { description: 'Not distributed yet, or no distribution names the channel.' },
  },
});

export const TimeUnit: Members<TimeUnitValue> = { HOURLY: 'HOURLY', DAILY: 'DAILY' };
registerEnumType(TimeUnit, {
  name: 'TimeUnit',
  description: 'The buckets of a trend, cut by the clock of the business time zone.',
  valuesConfig: {
    HOURLY: { description: 'One point per hour; the default of events that last 48 hours or less.' },
    DAILY: { description: 'One point per business day; the default of longer events.' },
  },
});

export const BreakEvenStatus: Members<BreakEvenStatusValue> = {
  ACHIEVED: 'ACHIEVED',
  NOT_ACHIEVED: 'NOT_ACHIEVED',
};
registerEnumType(BreakEvenStatus, {
  name: 'BreakEvenStatus',
  description: 'Whether the total revenue has reached the total cost.',
  valuesConfig: {
    ACHIEVED: { description: 'Total revenue ≥ total cost.' },
    NOT_ACHIEVED: { description: 'Total revenue < total cost.' },
  },
});

export const ViewsSource: Members<ViewsSourceValue> = {
  MEASURED: 'MEASURED',
  STALE: 'STALE',
  EXPECTED: 'EXPECTED',
};
registerEnumType(ViewsSource, {
  name: 'ViewsSource',
  description: "Where a channel's views figure comes from.",
  valuesConfig: {
    MEASURED: { description: 'The latest measurement.' },
    STALE: { description: "The latest measurement, while the channel's platform fails to answer." },
    EXPECTED: { description: 'Never measured: what the distribution expects, 0 when it expects nothing.' },
  },
});

export const EventStatus: Members<EventStatusValue> = {
  SCHEDULED: 'SCHEDULED',
  RUNNING: 'RUNNING',
  ENDED: 'ENDED',
};
registerEnumType(EventStatus, {
  name: 'EventStatus',
  description: 'Where an event stands at the moment of asking.',
  valuesConfig: {
    SCHEDULED: { description: 'Before startAt.' },
    RUNNING: { description: 'From startAt until before endAt.' },
    ENDED: { description: 'From endAt on.' },
  },
});

export const PlatformStatus: Members<'HEALTHY' | 'FAILING'> = { HEALTHY: 'HEALTHY', FAILING: 'FAILING' };
registerEnumType(PlatformStatus, {
  name: 'PlatformStatus',
  description: 'Whether a platform answers.',
  valuesConfig: {
    HEALTHY: { description: 'It answers, or has not been asked yet.' },
    FAILING: { description: 'It has failed to answer, and is asked again by itself.' },
  },
});

/** As rows have it, in capitals. */
export type LetterState = 'WAITING' | 'SENT' | 'REPLAYED' | 'ERASED';
export const DeadLetterState: Members<LetterState> = {
  WAITING: 'WAITING',
  SENT: 'SENT',
  REPLAYED: 'REPLAYED',
  ERASED: 'ERASED',
};
registerEnumType(DeadLetterState, {
  name: 'DeadLetterState',
  description: 'What has become of a dead letter.',
  valuesConfig: {
    WAITING: { description: 'It waits to be sent to its dead-letter topic.' },
    SENT: { description: 'It lies on its dead-letter topic.' },
    REPLAYED: { description: 'Its message counts after all.' },
    ERASED: { description: 'What it held is gone, since a person in it was erased.' },
  },
});

export type ReplayKind =
  'APPLIED' | 'UNCHANGED' | 'REJECTED' | 'ERASED' | 'FOREIGN' | 'KEY_MISSING' | 'BY_COMMAND';
export const ReplayOutcome: Members<ReplayKind> = {
  APPLIED: 'APPLIED',
  UNCHANGED: 'UNCHANGED',
  REJECTED: 'REJECTED',
  ERASED: 'ERASED',
  FOREIGN: 'FOREIGN',
  KEY_MISSING: 'KEY_MISSING',
  BY_COMMAND: 'BY_COMMAND',
};
registerEnumType(ReplayOutcome, {
  name: 'ReplayOutcome',
  description: 'What came of replaying a dead letter.',
  valuesConfig: {
    APPLIED: { description: 'Its message counts now.' },
    UNCHANGED: { description: 'It changed nothing: its message counts already.' },
    REJECTED: { description: 'It still cannot be applied.' },
    ERASED: { description: 'There is nothing to apply: what it held is gone.' },
    FOREIGN: { description: 'This service does not read its topic, under its KAFKA_TOPIC_PREFIX.' },
    KEY_MISSING: { description: 'The process lacks the PRIVACY_KEY by which people were erased.' },
    BY_COMMAND: {
      description:
        'Nothing was applied: it asks for somebody to be erased, which takes longer than an operation may. `npm run dead-letters -- replay` does it.',
    },
  },
});
