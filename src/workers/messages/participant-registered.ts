import { z } from 'zod';
import {
  age,
  channelName,
  eventId,
  flag,
  gender,
  messageId,
  observedAt,
  participantId,
  region,
} from './fields';

/** `participant.registered` of the Participation Service: a person took part, at `occurredAt`. Null is unknown. */
export const participantRegistered = z
  .object({
    messageId,
    occurredAt: observedAt,
    eventId,
    participantId,
    channel: channelName,
    age,
    gender,
    region,
    newCustomer: flag,
  })
  .transform((fields) => ({ kind: 'participant.registered' as const, ...fields }));

export type ParticipantRegistered = Readonly<z.output<typeof participantRegistered>>;
