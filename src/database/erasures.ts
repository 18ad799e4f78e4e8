import { z } from 'zod';
import type { ChannelName, EventId, Instant, ParticipantId, PersonDigest } from '../domain/values';
import { ERASURE_LOCK } from './advisory-locks';
import type { Sql } from './database';
import { plainColumn, timestamp } from './parameters';
import { column } from './rows';

/** What a person wanted to be forgotten of. */
export interface Erasure {
  readonly person: PersonDigest;
  /** Null for all events. */
  readonly eventId: EventId | null;
  /** It takes in registrations until then. */
  readonly occurredAt: Instant;
}

/** For a transaction that stores what may be of an erased person: no erasure is under way until it ends. */
export async function lockOutErasures(sql: Sql): Promise<void> {
  await sql.execute('SELECT pg_advisory_xact_lock_shared($1::bigint)', ERASURE_LOCK);
}

/** For a transaction that remembers erasures: nothing is registered until it ends, and what is not committed yet is waited for. */
export async function lockOutRegistrations(sql: Sql): Promise<void> {
  await sql.execute('SELECT pg_advisory_xact_lock($1::bigint)', ERASURE_LOCK);
}

const keyRow = z.object({ keyDigest: z.string() });

/**
 * Whether anybody has ever been erased, which is all that a batch asks where nobody was. To be asked behind the lock, by a
 * statement of its own: one that waits for a lock sees the database as it was before it waited.
 *
 * @returns what tells the key by which people were erased; undefined when nobody was
 */
export async function keyOfErasures(sql: Pick<Sql, 'query'>): Promise<string | undefined> {
  const [row] = await sql.query(keyRow, 'SELECT key_digest AS "keyDigest" FROM erasures LIMIT 1');
  return row?.keyDigest;
}

const erasureRow = z
  .object({
    person: z.string().transform((id) => id as PersonDigest),
    scope: z.string(),
    occurredAt: column.instant,
  })
  .transform(({ scope, ...row }): Erasure => ({ ...row, eventId: scope === '' ? null : (scope as EventId) }));

/** The erasures of these people, whatever events they are about. */
export function findErasures(
  sql: Pick<Sql, 'query'>,
  people: readonly PersonDigest[],
): Promise<readonly Erasure[]> {
  return sql.query(
    erasureRow,
    'SELECT person::text, scope, occurred_at AS "occurredAt" FROM erasures WHERE person = ANY ($1::uuid[])',
    plainColumn(people, (person) => person),
  );
}

/**
 * Remembers erasures, of which each takes in what occurred until the latest that was asked for.
 *
 * @param erasures each person and event once
 * @returns those that take in more than was known before
 */
export function rememberErasures(
  sql: Sql,
  erasures: readonly Erasure[],
  keyDigest: string,
): Promise<readonly Erasure[]> {
  return sql.query(
    erasureRow,
    REMEMBER,
    erasures.map(({ person }) => person),
    erasures.map(({ eventId }) => eventId ?? ''),
    erasures.map(({ occurredAt }) => timestamp(occurredAt)),
    keyDigest,
  );
}

const REMEMBER = `
INSERT INTO erasures AS e (person, scope, occurred_at, key_digest)
SELECT t.*, $4 FROM unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS t(person, scope, occurred_at)
ON CONFLICT (person, scope) DO UPDATE SET occurred_at = excluded.occurred_at WHERE e.occurred_at < excluded.occurred_at
RETURNING person::text, scope, occurred_at AS "occurredAt"`;

/** A row of somebody who took part in an event, by the id that stands in it. */
export interface ParticipantKey {
  readonly eventId: EventId;
  readonly participantId: ParticipantId;
}

/** A row that may have to be erased. */
export interface StoredParticipant extends ParticipantKey {
  readonly registeredAt: Instant;
}

const participantRow = z.object({
  eventId: column.eventId,
  participantId: z.string().transform((id) => id as ParticipantId),
  registeredAt: column.instant,
});

const PARTICIPANT = `p.event_id::text AS "eventId", p.participant_id::text AS "participantId",
  p.registered_at AS "registeredAt"`;

/** Those of the rows that there are. */
export async function findParticipants(
  sql: Pick<Sql, 'query'>,
  keys: readonly ParticipantKey[],
): Promise<readonly StoredParticipant[]> {
  if (keys.length === 0) return [];
  return sql.query(
    participantRow,
    FIND_BY_KEY,
    keys.map(({ eventId }) => eventId),
    keys.map(({ participantId }) => participantId),
  );
}

const FIND_BY_KEY = `
SELECT ${PARTICIPANT} FROM unnest($1::uuid[], $2::uuid[]) AS t(event_id, participant_id)
JOIN participants AS p ON p.event_id = t.event_id AND p.participant_id = t.participant_id
WHERE p.event_id = ANY ($1::uuid[])`;

/**
 * The rows of these people in all events, those of some events at a time. Each event is asked for each of them, in every shard: an index
 * of people would have every registration pay for what is wanted of few of them.
 */
export async function* findParticipantsEverywhere(
  sql: Pick<Sql, 'query'>,
  people: readonly ParticipantId[],
): AsyncGenerator<readonly StoredParticipant[]> {
  if (people.length === 0) return;
  for await (const events of allEvents(sql, EVENTS_ASKED_AT_A_TIME))
    yield sql.query(participantRow, FIND_IN_EVENTS, events, people);
}

/** Each is asked for each person, in its shard. */
const EVENTS_ASKED_AT_A_TIME = 1_000;

const FIND_IN_EVENTS = `
SELECT ${PARTICIPANT} FROM participants AS p
WHERE p.event_id = ANY ($1::uuid[]) AND p.participant_id = ANY ($2::uuid[])`;

/** A row, and what it becomes. */
export interface ErasedParticipant extends ParticipantKey {
  /** What stands in the place of the id from now on. */
  readonly storedAs: ParticipantId;
  /** The start of the hour in which they registered: it is counted by hours. */
  readonly hour: Instant;
}

/** Takes identity and traits out of rows. Event, channel and hour stay: they are of nobody then, and are counted by. */
export async function eraseParticipants(sql: Sql, rows: readonly ErasedParticipant[]): Promise<void> {
  if (rows.length === 0) return;
  await sql.execute(
    ERASE,
    rows.map(({ eventId }) => eventId),
    rows.map(({ participantId }) => participantId),
    rows.map(({ storedAs }) => storedAs),
    rows.map(({ hour }) => timestamp(hour)),
  );
}

const ERASE = `
UPDATE participants AS p
SET participant_id = t.stored_as, registered_at = t.hour, age = NULL, gender = NULL, region = NULL, new_customer = NULL,
    erased = true
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[]) AS t(event_id, participant_id, stored_as, hour)
WHERE p.event_id = ANY ($1::uuid[]) AND p.event_id = t.event_id AND p.participant_id = t.participant_id`;

/** All that a row says of a person who took part. */
export interface Participation extends StoredParticipant {
  readonly channel: ChannelName;
  readonly age: number | null;
  readonly gender: string | null;
  readonly region: string | null;
  readonly newCustomer: boolean | null;
}

const participationRow = z.object({
  ...participantRow.shape,
  channel: column.channel,
  age: z.number().nullable(),
  gender: z.string().nullable(),
  region: z.string().nullable(),
  newCustomer: z.boolean().nullable(),
});

/** What is kept of somebody, under their id or under what stands for it, in the order of the events. */
export async function readParticipations(
  sql: Pick<Sql, 'query'>,
  keys: readonly ParticipantKey[],
): Promise<readonly Participation[]> {
  const rows = await sql.query(
    participationRow,
    READ,
    keys.map(({ eventId }) => eventId),
    keys.map(({ participantId }) => participantId),
  );
  return rows.sort((one, other) => (one.eventId < other.eventId ? -1 : 1));
}

const READ = `
SELECT ${PARTICIPANT}, p.channel, p.age::int, p.gender, p.region, p.new_customer AS "newCustomer"
FROM unnest($1::uuid[], $2::uuid[]) AS t(event_id, participant_id)
JOIN participants AS p ON p.event_id = t.event_id AND p.participant_id = t.participant_id
WHERE p.event_id = ANY ($1::uuid[])`;

/** All events that anything is known of, some at a time: to look for somebody in each who stands there under another id. */
export async function* allEvents(
  sql: Pick<Sql, 'query'>,
  atATime = EVENTS_AT_A_TIME,
): AsyncGenerator<readonly EventId[]> {
  let last: EventId | null = null;
  for (;;) {
    const rows: { eventId: EventId }[] = await sql.query(eventRow, NEXT_EVENTS, last, atATime);
    if (rows.length === 0) return;
    yield rows.map(({ eventId }) => eventId);
    last = rows.at(-1)!.eventId;
  }
}

const EVENTS_AT_A_TIME = 5_000;
const eventRow = z.object({ eventId: column.eventId });
const NEXT_EVENTS = `
SELECT event_id::text AS "eventId" FROM event_counts WHERE $1::uuid IS NULL OR event_id > $1::uuid
ORDER BY event_id LIMIT $2::int`;
