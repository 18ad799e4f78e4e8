import { keyOfErasures } from '../../database/erasures';
import { registerParticipants } from '../../database/participation';
import {
  absentParticipants,
  participantRollups,
  type ParticipantTrace,
} from '../../database/verification/participants';
import { findSealedEvents } from '../../database/sealed-events';
import type { AbsentPositions } from '../../database/verification/absent';
import type { Sql } from '../../database/database';
import type { Instant } from '../../domain/values';
import type { ParticipantRegistered } from '../messages/participant-registered';
import { rejectedAsSealed } from '../messages/rejection';
import { forgetErased } from './erased-people';
import { type PersonDigests, requireKeyOf } from './person-digests';
import { firstOfEach, type EventProjection } from './projection';
import { createTrace, isoOf, sinceOfEach, type Verifiable } from './verifiable';

/**
 * Counts each (event, participant) once, whatever arrives how often; the first applied wins. Somebody who was erased counts like
 * everybody else, and their row does not say who they are.
 */
export function participantProjection(
  digests: PersonDigests | undefined,
): EventProjection<ParticipantRegistered> & Verifiable<ParticipantRegistered> {
  return {
    locks: 'events',
    eventOf: ({ eventId }) => eventId,
    refuse({ eventId }, sealed) {
      const since = sealed.get(eventId);
      return since === undefined ? undefined : rejectedAsSealed(sealedReason(since));
    },
    async apply(sql, messages, committedAt, { months }) {
      const positions = firstOfEach(messages, ({ eventId, participantId }) => `${eventId} ${participantId}`);
      const { places, registrations } = await forgetErased(
        sql,
        digests,
        positions.map((position) => messages[position]!),
      );
      const { fresh, stores } = await registerParticipants(sql, registrations, committedAt, months);
      const changed = new Set(fresh.map((place) => positions[places[place]!]));
      return { changed: messages.map((_, position) => changed.has(position)), countedFor: stores };
    },
    trace: createTrace({
      leftBy: (message) => [message],
      findAbsent: (sql, left) => findAbsent(sql, left, digests),
      describe: ({ eventId, participantId }) => `no row of participant ${participantId} of event ${eventId}`,
      async findSealed(sql, left) {
        const sealed = await findSealedEvents(sql, [...new Set(left.map(({ eventId }) => eventId))]);
        return sinceOfEach(left, ({ eventId }) => sealed.get(eventId));
      },
    }),
    rollups: participantRollups,
  };
}

/** Also of one that was counted already: without its row it is like a new one. */
const sealedReason = (since: Instant): string =>
  `eventId: the event was sealed on ${isoOf(since).slice(0, 10)}: whether this registration was counted cannot be told any more`;

/** Who is not there by their id may have been erased, and be there under a digest. */
async function findAbsent(
  sql: Pick<Sql, 'query'>,
  left: readonly ParticipantTrace[],
  digests: PersonDigests | undefined,
): Promise<AbsentPositions> {
  const absent = await absentParticipants(sql, left);
  const keyDigest = absent.length === 0 ? undefined : await keyOfErasures(sql);
  if (keyDigest === undefined) return absent;
  const known = requireKeyOf(digests, keyDigest);
  const erased = absent.map((position) => {
    const { eventId, participantId } = left[position]!;
    return { eventId, participantId: known.within(eventId, participantId) };
  });
  return (await absentParticipants(sql, erased)).map((place) => absent[place]!);
}
