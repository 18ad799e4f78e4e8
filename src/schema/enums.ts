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
