import type { z } from 'zod';
import { type ChannelViewsMeasured, channelViewsMeasured } from './channel-views-measured';
import { type DistributionCompleted, distributionCompleted } from './distribution-completed';
import { type EventCreated, eventCreated } from './event-created';
import { type ParticipantRegistered, participantRegistered } from './participant-registered';
import { type SalesRecorded, salesRecorded } from './sales-recorded';

/** The topics, without the prefix of an installation. */
export const TOPICS = [
  'event.created',
  'participant.registered',
  'distribution.completed',
  'channel.views-measured',
  'sales.recorded',
] as const;

export type Topic = (typeof TOPICS)[number];

export function isTopic(name: string): name is Topic {
  return TOPICS.some((topic) => topic === name);
}

/** Every message says by its `kind` which topic it came by. */
export type ParsedMessage =
  EventCreated | ParticipantRegistered | DistributionCompleted | ChannelViewsMeasured | SalesRecorded;

export type MessageOf<T extends Topic> = Extract<ParsedMessage, { readonly kind: T }>;

/** What a topic's messages must look like. */
export const SCHEMAS: { readonly [T in Topic]: z.ZodType<MessageOf<T>> } = {
  'event.created': eventCreated,
  'participant.registered': participantRegistered,
  'distribution.completed': distributionCompleted,
  'channel.views-measured': channelViewsMeasured,
  'sales.recorded': salesRecorded,
};
