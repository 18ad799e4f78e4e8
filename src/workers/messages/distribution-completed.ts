import { z } from 'zod';
import {
  channelName,
  distributionStatus,
  eventId,
  expectedViews,
  externalId,
  krw,
  messageId,
  observedAt,
} from './fields';

const CHANNELS_RULE = 'must be a list of 1 to 50 channels';

/** A channel as a distribution names it. */
export const distributedChannel = z
  .object(
    { channel: channelName, status: distributionStatus, expectedViews, cost: krw, externalId },
    'must be an object',
  )
  .readonly();

/** The length is looked at first: a list of a million wrong channels is one problem, not a million. */
const channels = z
  .array(z.unknown(), { error: ({ input }) => (input === undefined ? 'is missing' : CHANNELS_RULE) })
  .min(1, CHANNELS_RULE)
  .max(50, CHANNELS_RULE)
  .pipe(z.array(distributedChannel))
  .refine((named) => new Set(named.map(({ channel }) => channel)).size === named.length, {
    error: 'must not name a channel twice',
  })
  .readonly();

/** `distribution.completed` of the Distribution Service: how an event's distribution over some channels stands. */
export const distributionCompleted = z
  .object({ messageId, occurredAt: observedAt, eventId, channels })
  .transform((fields) => ({ kind: 'distribution.completed' as const, ...fields }));

export type DistributionCompleted = Readonly<z.output<typeof distributionCompleted>>;
