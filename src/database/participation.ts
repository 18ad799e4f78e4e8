import { z } from 'zod';
import { AGE_BANDS, AGE_CODES, GENDER_CODES, type HourFacts, type ProfileFacts } from '../domain/facts';
import { OTHER_REGIONS, REGIONS_SHOWN } from '../domain/profile';
import type { ChannelName, Count, EventId, Instant, ParticipantId, StoreId } from '../domain/values';
import { plainColumn, textColumn, timestamp } from './parameters';
import { changeDate } from './change-date';
import type { Sql } from './database';
import type { LockedEvents } from './event-counts';
import { read } from './facts/columns';
import type { FactSource } from './facts/fact-source';
import { OWNED, ownedBy, ownedColumns, toStoreEvents, unsettleEvents } from './store-events';

/** A person who took part in an event. Null is unknown. */
export interface Registration {
  readonly eventId: EventId;
  readonly participantId: ParticipantId;
  readonly occurredAt: Instant;
  readonly channel: ChannelName;
  readonly age: number | null;
  readonly gender: string | null;
  readonly region: string | null;
  readonly newCustomer: boolean;
}

/** A registration as its row is to be: of a person who was erased under a digest in place of the id, and without traits. */
export interface StoredRegistration extends Registration {
  /** Left out of who was not: nearly all registrations are stored as they were sent. */
  readonly isErased?: boolean;
}

export interface Registered {
  /** The places of the registrations that were new. */
  readonly fresh: readonly number[];
  /** The stores of their events, of those that are defined. */
  readonly stores: readonly StoreId[];
}

const registeredRow = z.object({ fresh: z.array(z.number()), ...ownedColumns });

/**
 * Stores the registrations that are new and adds them to every rollup in the same statement: what the INSERT really
 * inserted is what the rollups count, with its traits, also of a person who was erased. The same statement counts and dates the change of their
 * events; another marks them as not settled.
 *
 * @param registrations each participant of an event once
 * @param months those of their events, which are locked
 */
export async function registerParticipants(
  sql: Sql,
  registrations: readonly StoredRegistration[],
  committedAt: Instant,
  months: LockedEvents['months'],
): Promise<Registered> {
  if (registrations.length === 0) return { fresh: [], stores: [] };
  const hasErased = registrations.some(({ isErased = false }) => isErased);
  const [row] = await sql.query(
    registeredRow,
    hasErased ? REGISTER_WITH_ERASED : REGISTER,
    plainColumn([...registrations.keys()], (place) => place),
    plainColumn(registrations, ({ eventId }) => eventId),
    plainColumn(registrations, ({ participantId }) => participantId),
    plainColumn(registrations, ({ occurredAt }) => occurredAt),
    textColumn(registrations, ({ channel }) => channel),
    plainColumn(registrations, ({ age }) => age),
    textColumn(registrations, ({ gender }) => gender),
    textColumn(registrations, ({ region }) => region),
    plainColumn(registrations, ({ newCustomer }) => newCustomer),
    timestamp(committedAt),
    plainColumn(registrations, ({ eventId }) => months.get(eventId) ?? 0),
    ...(hasErased ? [plainColumn(registrations, ({ isErased = false }) => isErased)] : []),
  );
  if (row === undefined) return { fresh: [], stores: [] };
  const owned = toStoreEvents(row);
  await unsettleEvents(sql, owned, committedAt);
  return { fresh: row.fresh, stores: [...new Set(owned.map(({ storeId }) => storeId))] };
}

/** The age bucket of a participant, as the profile rollup stores it. */
const AGE_BUCKET = `CASE WHEN age IS NULL THEN 'UNKNOWN' ${AGE_BANDS.map(({ code, below }) =>
  below === null ? `ELSE '${code}'` : `WHEN age < ${below} THEN '${code}'`,
).join(' ')} END`;

const INPUT = `
  SELECT position, event_id, participant_id, to_timestamp(registered_ms / 1000) AS registered_at, channel, age, gender,
         region, new_customer, month
  FROM unnest($1::int[], $2::uuid[], $3::uuid[], $4::float8[], $5::text[], $6::smallint[], $7::text[], $8::text[],
              $9::boolean[], $11::int[])
    AS t(position, event_id, participant_id, registered_ms, channel, age, gender, region, new_customer, month)`;

// Inserted in the order of the key, so that two writers of the same participants wait in line as well.
const FRESH = `
fresh AS (
  INSERT INTO participants (event_id, participant_id, registered_at, channel, age, gender, region, new_customer, month)
  SELECT event_id, participant_id, registered_at, channel, age, gender, region, new_customer, month
  FROM input ORDER BY event_id, participant_id
  ON CONFLICT DO NOTHING
  RETURNING *
)`;

// What is counted is what was sent, and not what the row keeps of it: so a person who was erased ahead of a registration counts like
// one who is erased behind it. A statement of its own, since to look up again what was inserted takes time for each registration.
const FRESH_WITH_ERASED = `
inserted AS (
  INSERT INTO participants (event_id, participant_id, registered_at, channel, age, gender, region, new_customer, erased, month)
  SELECT event_id, participant_id, CASE WHEN is_erased THEN date_trunc('hour', registered_at) ELSE registered_at END, channel,
         CASE WHEN NOT is_erased THEN age END, CASE WHEN NOT is_erased THEN gender END,
         CASE WHEN NOT is_erased THEN region END, CASE WHEN NOT is_erased THEN new_customer END, is_erased, month
  FROM input JOIN unnest($1::int[], $12::boolean[]) AS e(position, is_erased) USING (position)
  ORDER BY event_id, participant_id
  ON CONFLICT DO NOTHING
  RETURNING event_id, participant_id
), fresh AS (
  SELECT input.* FROM input JOIN inserted USING (event_id, participant_id)
)`;

// Hours are cut in the session's zone, which is UTC: every allowed business zone has whole-hour offsets, so its hours are the same.
const registering = (fresh: string): string => `
WITH input AS (${INPUT}
), ${fresh}, counted AS (
  UPDATE event_counts AS c
  SET participants = c.participants + n.participants, new_customers = c.new_customers + n.new_customers,
      version = version + 1, changed_at = ${changeDate('$10')}
  FROM (
    SELECT event_id, count(*) AS participants, count(*) FILTER (WHERE new_customer) AS new_customers
    FROM fresh GROUP BY event_id
  ) AS n
  WHERE c.event_id = n.event_id
  RETURNING c.event_id
), by_channel AS (
  INSERT INTO event_channels AS c (event_id, channel, participants)
  SELECT event_id, channel, count(*) FROM fresh GROUP BY event_id, channel
  ON CONFLICT (event_id, channel) DO UPDATE SET participants = c.participants + excluded.participants
), by_hour AS (
  INSERT INTO event_hours AS h (event_id, hour, participants)
  SELECT event_id, date_trunc('hour', registered_at), count(*) FROM fresh GROUP BY 1, 2
  ON CONFLICT (event_id, hour) DO UPDATE SET participants = h.participants + excluded.participants
), by_trait AS (
  INSERT INTO event_profiles AS p (event_id, dimension, bucket, participants)
  SELECT event_id, dimension, bucket, count(*)
  FROM fresh CROSS JOIN LATERAL (VALUES
    ('AGE'::profile_dimension, ${AGE_BUCKET}),
    ('GENDER', coalesce(gender, 'UNKNOWN')),
    ('REGION', coalesce(region, ''))
  ) AS trait(dimension, bucket)
  GROUP BY 1, 2, 3
  ON CONFLICT (event_id, dimension, bucket) DO UPDATE SET participants = p.participants + excluded.participants
),
${ownedBy('counted', '$2')}
SELECT ARRAY(SELECT input.position FROM input JOIN fresh USING (event_id, participant_id)) AS fresh,
       ${OWNED}`;

const REGISTER = registering(FRESH);
const REGISTER_WITH_ERASED = registering(FRESH_WITH_ERASED);

/** The hours that have registrations, in any order: to sort those of a year took PostgreSQL a third of the time for them. */
export const hourFacts: FactSource<readonly HourFacts[]> = {
  liesBy: 'event',
  sql: (asked) => `
(SELECT string_agg(date_part('epoch', hour)::bigint || ' ' || participants, ',')
 FROM event_hours WHERE ${asked.ofEvent('event_id')})`,
  decode: (part) =>
    read.pairs(part, (seconds, registrations) => ({
      hour: read.instant(Number(seconds) * 1_000),
      registrations: read.count(Number(registrations)),
    })),
};

/** How many have registered since today began. */
export const registeredTodayFacts: FactSource<Count> = {
  liesBy: 'event',
  sql: (asked) => `
(SELECT coalesce(sum(participants), 0) FROM event_hours
 WHERE ${asked.ofEvent('event_id')} AND hour >= ${asked.today})`,
  decode: read.count,
};

// Only the regions shown are read, however many names they were given: an index (event_profiles_top_regions_idx) holds them in this
// order, and serves while the condition and the order are those of its migration. "C" compares UTF-8 bytes, and so code points.
// What is unknown ('') or reported as 기타 is part of the rest. AGE and GENDER come ahead of REGION in the type's order: a plan
// may look through all regions for a list of the two, but not for a stretch.
export const profileFacts: FactSource<ProfileFacts> = {
  liesBy: 'event',
  sql: (asked) => `
(SELECT json_agg(json_build_array(t.dimension, t.bucket, t.participants))
 FROM (SELECT dimension, bucket, participants FROM event_profiles
       WHERE ${asked.ofEvent('event_id')} AND dimension < 'REGION'
       UNION ALL
       (SELECT dimension, bucket, participants FROM event_profiles
        WHERE ${asked.ofEvent('event_id')} AND dimension = 'REGION' AND bucket NOT IN ('', '${OTHER_REGIONS}')
        ORDER BY participants DESC, bucket COLLATE "C" LIMIT ${REGIONS_SHOWN})) AS t)`,
  decode: toProfile,
};

function toProfile(part: unknown): ProfileFacts {
  const traits = read.listOf(part, ([dimension, bucket, count]) => ({
    dimension: read.text(dimension),
    bucket: read.text(bucket),
    count: read.count(count),
  }));
  const of = <Code extends string>(dimension: string, codes: readonly Code[]) =>
    new Map(
      codes.flatMap((code) => {
        const trait = traits.find((each) => each.dimension === dimension && each.bucket === code);
        return trait === undefined ? [] : [[code, trait.count] as const];
      }),
    );
  return {
    age: of('AGE', AGE_CODES),
    gender: of('GENDER', GENDER_CODES),
    topRegions: traits
      .filter(({ dimension }) => dimension === 'REGION')
      .map(({ bucket, count }) => ({ region: bucket, count })),
  };
}
