import { registerParticipants } from '../../database/participation';
import { absentParticipants, participantRollups } from '../../database/verification/participants';
import type { ParticipantRegistered } from '../messages/participant-registered';
import { firstOfEach, type EventProjection } from './projection';
import { createTrace, type Verifiable } from './verifiable';

/** Counts each (event, participant) once, whatever arrives how often; the first applied wins. */
export const participantProjection: EventProjection<ParticipantRegistered> &
  Verifiable<ParticipantRegistered> = {
  locks: 'events',
  eventOf: ({ eventId }) => eventId,
  async apply(sql, messages, committedAt) {
    const positions = firstOfEach(messages, ({ eventId, participantId }) => `${eventId} ${participantId}`);
    const registrations = positions.map((position) => messages[position]!);
    const { fresh, stores } = await registerParticipants(sql, registrations, committedAt);
    const changed = new Set(fresh.map((place) => positions[place]));
    return { changed: messages.map((_, position) => changed.has(position)), countedFor: stores };
  },
  trace: createTrace({
    leftBy: (message) => [message],
    findAbsent: absentParticipants,
    describe: ({ eventId, participantId }) => `no row of participant ${participantId} of event ${eventId}`,
  }),
  rollups: participantRollups,
};
