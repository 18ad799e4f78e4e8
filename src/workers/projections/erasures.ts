import {
  eraseParticipants,
  type Erasure,
  findErasures,
  findParticipants,
  findParticipantsEverywhere,
  keyOfErasures,
  type ParticipantKey,
  rememberErasures,
  type StoredParticipant,
} from '../../database/erasures';
import type { Sql } from '../../database/database';
import { eraseLetters } from '../../database/dead-letters/erased-letters';
import { absentErasures } from '../../database/verification/erasures';
import type { Instant, ParticipantId } from '../../domain/values';
import type { ParticipantErased } from '../messages/participant-erased';
import { ErasedPeople } from './erased-people';
import { type PersonDigests, requireDigests, requireKeyOf } from './person-digests';
import type { PersonProjection } from './projection';
import { createTrace, isoOf, type Verifiable } from './verifiable';

/**
 * Takes people out of what is kept, in one event or in all: their rows say event, channel and hour and nothing more, dead letters
 * that hold them are emptied, and what is remembered of them has the same done to a registration that comes later. What has
 * been counted stays. The latest erasure of a person and event counts; each is looked for anew whenever it comes, so that sending it
 * again finds what has come in by ways that know of no erasure.
 */
export function erasureProjection(
  digests: PersonDigests | undefined,
): PersonProjection<ParticipantErased> & Verifiable<ParticipantErased> {
  return {
    locks: 'registrations',
    async apply(sql, messages, committedAt) {
      const known = await requireStoredKey(sql, digests);
      const asked = messages.map((message) => ({ ...message, person: known.of(message.participantId) }));
      const latest = latestOfEach(asked);
      const remembered = await rememberErasures(sql, [...latest.values()], known.keyDigest);
      await eraseRows(sql, asked, known);
      await eraseLetters(sql, messages, committedAt);
      const changed = new Set(remembered.map((erasure) => latest.get(keyOf(erasure))));
      return { changed: asked.map((message) => changed.has(message)) };
    },
    trace: createTrace({
      leftBy: (message) => [message],
      async findAbsent(sql, left) {
        const known = await requireStoredKey(sql, digests);
        return absentErasures(
          sql,
          left.map(({ participantId, ...erasure }) => ({ ...erasure, person: known.of(participantId) })),
        );
      },
      // Whom it is about is not said: the message is named by its place in the log.
      describe: ({ eventId, occurredAt }) =>
        `no erasure in ${eventId === null ? 'all events' : `event ${eventId}`} as late as ${isoOf(occurredAt)}`,
    }),
    // What is counted stays as it is.
    rollups: [],
  };
}

/** @throws PrivacyKeyMismatch without a key, or with another than the one by which others were erased */
async function requireStoredKey(
  sql: Pick<Sql, 'query'>,
  digests: PersonDigests | undefined,
): Promise<PersonDigests> {
  const keyDigest = await keyOfErasures(sql);
  return keyDigest === undefined ? requireDigests(digests) : requireKeyOf(digests, keyDigest);
}

const keyOf = ({ person, eventId }: Erasure): string => `${person} ${eventId ?? 'all'}`;

/** By person and event the erasure that takes in most, the first of equals. */
function latestOfEach<Asked extends Erasure>(asked: readonly Asked[]): ReadonlyMap<string, Asked> {
  const latest = new Map<string, Asked>();
  for (const erasure of asked) {
    const known = latest.get(keyOf(erasure));
    if (known === undefined || known.occurredAt < erasure.occurredAt) latest.set(keyOf(erasure), erasure);
  }
  return latest;
}

type Asked = ParticipantErased & Erasure;

async function eraseRows(sql: Sql, asked: readonly Asked[], digests: PersonDigests): Promise<void> {
  const erased = new ErasedPeople(await findErasures(sql, [...new Set(asked.map(({ person }) => person))]));
  const rows = (await findRows(sql, asked)).filter(({ eventId, participantId, registeredAt }) =>
    erased.takesIn(digests.of(participantId), eventId, registeredAt),
  );
  const storedAs = await freeDigests(sql, rows, digests);
  await eraseParticipants(
    sql,
    rows.map((row, place) => ({ ...row, storedAs: storedAs[place]!, hour: hourOf(row.registeredAt) })),
  );
}

/**
 * What each row is stored as. Workers that knew of no erasure may have counted somebody twice, or more often: all their rows stay,
 * since rollups are held against rows, each under the digest of the one before.
 */
async function freeDigests(
  sql: Sql,
  rows: readonly ParticipantKey[],
  digests: PersonDigests,
): Promise<readonly ParticipantId[]> {
  const digestOf = ({ eventId, participantId }: ParticipantKey): ParticipantKey => ({
    eventId,
    participantId: digests.within(eventId, participantId),
  });
  let standIns = rows.map(digestOf);
  for (;;) {
    const taken = new Set((await findParticipants(sql, standIns)).map(({ participantId }) => participantId));
    if (taken.size === 0) return standIns.map(({ participantId }) => participantId);
    standIns = standIns.map((standIn) => (taken.has(standIn.participantId) ? digestOf(standIn) : standIn));
  }
}

/** The rows of the people who are asked about, each once: in all events of who is to be erased in all. */
async function findRows(sql: Sql, asked: readonly Asked[]): Promise<readonly StoredParticipant[]> {
  const everywhere = new Set(
    asked.flatMap(({ eventId, participantId }) => (eventId === null ? [participantId] : [])),
  );
  const inEvents = asked.flatMap(({ eventId, participantId }) =>
    eventId === null || everywhere.has(participantId) ? [] : [{ eventId, participantId }],
  );
  return [
    ...(await findParticipantsEverywhere(sql, [...everywhere])),
    ...new Map(
      (await findParticipants(sql, inEvents)).map((row) => [`${row.eventId} ${row.participantId}`, row]),
    ).values(),
  ];
}

const HOUR_MS = 3_600_000;

/** Of every zone that is counted in: their offsets are whole hours. */
const hourOf = (instant: Instant): Instant => (Math.floor(instant / HOUR_MS) * HOUR_MS) as Instant;
