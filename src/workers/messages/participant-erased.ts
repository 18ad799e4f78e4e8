import { z } from 'zod';
import { eventIdOrNull, messageId, observedAt, participantId } from './fields';

/**
 * `participant.erased` of the Participation Service: a person wants to be forgotten, in one event or, where none is named, in
 * all. It takes in what the person registered for until `occurredAt`.
 */
export const participantErased = z
  .object({ messageId, occurredAt: observedAt, participantId, eventId: eventIdOrNull })
  .transform((fields) => ({ kind: 'participant.erased' as const, ...fields }));

export type ParticipantErased = Readonly<z.output<typeof participantErased>>;
