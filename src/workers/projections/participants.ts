import { registerParticipants } from '../../database/participation';
import type { ParticipantRegistered } from '../messages/participant-registered';
import { firstOfEach, type EventProjection } from './projection';

/** Counts each (event, participant) once, whatever arrives how often; the first applied wins. */
export const participantProjection: EventProjection<ParticipantRegistered> = {
  locks: 'events',
  eventOf: ({ eventId }) => eventId,
  async apply(sql, messages, committedAt) {
    const positions = firstOfEach(messages, ({ eventId, participantId }) => `${eventId} ${participantId}`);
    const registrations = positions.map((position) => messages[position]!);
    const { fresh, stores } = await registerParticipants(sql, registrations, committedAt);
    const changed = new Set(fresh.map((place) => positions[place]));
    return { changed: messages.map((_, position) => changed.has(position)), countedFor: stores };
  },
};
