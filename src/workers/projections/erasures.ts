import {
  eraseParticipants,
  type Erasure,
  findErasures,
  findParticipants,
  findParticipantsEverywhere,
  keyOfErasures,
  lockOutRegistrations,
  type ParticipantKey,
  rememberErasures,
  type StoredParticipant,
} from '../../database/erasures';
import type { Database, Sql } from '../../database/database';
import { lockEvents } from '../../database/event-counts';
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
 *
 * It is remembered first: what is not committed yet by then has been waited for, and what comes later knows of it. So nothing that could be
 * looked for is missed, and nobody waits while it is.
 */
export function erasureProjection(
  digests: PersonDigests | undefined,
): PersonProjection<ParticipantErased> & Verifiable<ParticipantErased> {
  return {
    locks: 'nothing',
    async applyAhead(database, messages, committedAt) {
      const { asked, changed, known } = await database.transaction((sql) => remember(sql, messages, digests));
      await eraseRows(database, asked, known, committedAt);
      await eraseLetters(database.background, messages, committedAt);
      return { changed };
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

async function remember(
  sql: Sql,
  messages: readonly ParticipantErased[],
  digests: PersonDigests | undefined,
): Promise<{ asked: readonly Asked[]; changed: readonly boolean[]; known: PersonDigests }> {
  await lockOutRegistrations(sql);
  const known = await requireStoredKey(sql, digests);
  const asked = messages.map((message) => ({ ...message, person: known.of(message.participantId) }));
  const latest = latestOfEach(asked);
  const remembered = await rememberErasures(sql, [...latest.values()], known.keyDigest);
  const changed = new Set(remembered.map((erasure) => latest.get(keyOf(erasure))));
  return { asked, changed: asked.map((message) => changed.has(message)), known };
}

async function eraseRows(
  { transaction, background }: Pick<Database, 'transaction' | 'background'>,
  asked: readonly Asked[],
  digests: PersonDigests,
  committedAt: Instant,
): Promise<void> {
  const people = [...new Set(asked.map(({ person }) => person))];
  const erased = new ErasedPeople(await findErasures(background, people));
  const toErase = (rows: readonly StoredParticipant[]): readonly StoredParticipant[] =>
    rows.filter(({ eventId, participantId, registeredAt }) =>
      erased.takesIn(digests.of(participantId), eventId, registeredAt),
    );
  for await (const found of findRows(background, asked)) {
    const rows = toErase(found);
    for (let start = 0; start < rows.length; start += ROWS_OF_A_PIECE)
      await transaction(async (sql) => {
        const piece = rows.slice(start, start + ROWS_OF_A_PIECE);
        // Who registers once more at this moment would find them neither by their id nor by what stands for it.
        await lockEvents(sql, new Set(piece.map(({ eventId }) => eventId)), committedAt);
        await storeErased(sql, toErase(await findParticipants(sql, piece)), digests);
      });
  }
}

/** So many events are locked at most while rows are changed. */
const ROWS_OF_A_PIECE = 500;

/** The rows of the people who are asked about, in all events of who is to be erased in all. */
async function* findRows(
  sql: Pick<Sql, 'query'>,
  asked: readonly Asked[],
): AsyncGenerator<readonly StoredParticipant[]> {
  const everywhere = asked.flatMap(({ eventId, participantId }) => (eventId === null ? [participantId] : []));
  const inEvents = asked.flatMap(({ eventId, participantId }) =>
    eventId === null ? [] : [[`${eventId} ${participantId}`, { eventId, participantId }] as const],
  );
  yield await findParticipants(sql, [...new Map(inEvents).values()]);
  yield* findParticipantsEverywhere(sql, [...new Set(everywhere)]);
}

async function storeErased(
  sql: Sql,
  rows: readonly StoredParticipant[],
  digests: PersonDigests,
): Promise<void> {
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

const HOUR_MS = 3_600_000;

/** Of every zone that is counted in: their offsets are whole hours. */
const hourOf = (instant: Instant): Instant => (Math.floor(instant / HOUR_MS) * HOUR_MS) as Instant;
