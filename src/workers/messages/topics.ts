import type { z } from 'zod';
import { channelViewsMeasured } from './channel-views-measured';
import { distributionCompleted } from './distribution-completed';
import { eventCreated } from './event-created';
import { participantErased } from './participant-erased';
import { participantRegistered } from './participant-registered';
import { salesRecorded } from './sales-recorded';

/** The topics, without the prefix of an installation, and what their messages must look like. */
const MESSAGES = {
  'event.created': eventCreated,
  'participant.registered': participantRegistered,
  'participant.erased': participantErased,
  'distribution.completed': distributionCompleted,
  'channel.views-measured': channelViewsMeasured,
  'sales.recorded': salesRecorded,
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type Topic = keyof typeof MESSAGES;

export const TOPICS = Object.keys(MESSAGES) as readonly Topic[];

export function isTopic(name: string): name is Topic {
  return TOPICS.some((topic) => topic === name);
}

/** Every message says by its `kind` which topic it came by. */
export type ParsedMessage = Readonly<z.output<(typeof MESSAGES)[Topic]>>;

export type MessageOf<T extends Topic> = Extract<ParsedMessage, { readonly kind: T }>;

/** The same, where a message of another kind than its topic's does not compile. */
export const SCHEMAS: { readonly [T in Topic]: z.ZodType<MessageOf<T>> } = MESSAGES;

/** The fields of a topic's messages by name, each with its reader (fields.ts). */
export function fieldsOf(topic: Topic): Readonly<Record<string, z.ZodType>> {
  return MESSAGES[topic].in.shape;
}
