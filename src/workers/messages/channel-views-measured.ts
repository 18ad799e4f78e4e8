import { z } from 'zod';
import { channelName, count, eventId, messageId, observedAt } from './fields';

/** `channel.views-measured`: how often a channel has shown an event so far, as its platform counted at `measuredAt`. */
export const channelViewsMeasured = z
  .object({
    messageId,
    occurredAt: observedAt,
    eventId,
    channel: channelName,
    views: count,
    measuredAt: observedAt,
  })
  .transform((fields) => ({ kind: 'channel.views-measured' as const, ...fields }));

export type ChannelViewsMeasured = Readonly<z.output<typeof channelViewsMeasured>>;
