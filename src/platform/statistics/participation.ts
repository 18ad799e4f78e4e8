import { z } from 'zod';
import { AGE_CODES, GENDER_CODES, type HourFacts, type ProfileFacts } from '../../metrics/facts';
import type { Sql } from '../database/database';
import { column } from '../database/rows';
import type { Count, EventId, Instant } from '../../schema/values';
import { inPlaces } from './in-places';

/** Read when they are first asked for: an event may have thousands, and an operation fifty events. */
export type HoursOfEvent = () => readonly HourFacts[];

const hoursRow = z.object({ eventId: column.eventId, hours: z.string() });

/** @returns the hours of each event that have registrations, in order */
export async function hoursOf(sql: Sql, ids: readonly EventId[]): Promise<HoursOfEvent[]> {
  const rows = await sql.query(hoursRow, HOURS, ids);
  const byEvent = new Map(rows.map(({ eventId, hours }) => [eventId, hours]));
  return ids.map((id) => readOnce(byEvent.get(id) ?? ''));
}

// One text for each event, since what a driver does for a row costs more than the two numbers in it.
const HOURS = `
SELECT event_id::text AS "eventId",
       string_agg(extract(epoch FROM hour)::bigint || ' ' || participants, ',' ORDER BY hour) AS hours
FROM event_hours WHERE event_id = ANY ($1::uuid[]) GROUP BY event_id`;

function readOnce(text: string): HoursOfEvent {
  let read: readonly HourFacts[] | undefined;
  return () => (read ??= readHours(text));
}

function readHours(text: string): readonly HourFacts[] {
  return text === '' ? [] : text.split(',').map(readHour);
}

function readHour(text: string): HourFacts {
  const [seconds, registrations] = text.split(' ').map(Number);
  if (!Number.isSafeInteger(seconds) || !Number.isSafeInteger(registrations))
    throw new Error(`An hour of registrations is a second and a count, but the database has "${text}".`);
  return { hour: (Number(seconds) * 1_000) as Instant, registrations: registrations as Count };
}

const TOP_REGIONS = 5;

const traitRow = z.object({
  eventId: column.eventId,
  dimension: z.enum(['AGE', 'GENDER', 'REGION']),
  bucket: z.string(),
  count: column.count,
});

/** @returns the participants of each event by age, by gender, and by their largest regions */
export async function profilesOf(sql: Sql, ids: readonly EventId[]): Promise<ProfileFacts[]> {
  const rows = await sql.query(traitRow, PROFILES, ids, TOP_REGIONS);
  return inPlaces(ids, rows, (row) => row.eventId).map(toFacts);
}

function toFacts(rows: readonly z.infer<typeof traitRow>[]): ProfileFacts {
  const counts = new Map(rows.map((row) => [`${row.dimension} ${row.bucket}`, row.count]));
  const of = <Code extends string>(dimension: string, codes: readonly Code[]) =>
    new Map(
      codes.flatMap((code) => {
        const count = counts.get(`${dimension} ${code}`);
        return count === undefined ? [] : [[code, count] as const];
      }),
    );
  return {
    age: of('AGE', AGE_CODES),
    gender: of('GENDER', GENDER_CODES),
    topRegions: rows
      .filter((row) => row.dimension === 'REGION')
      .map(({ bucket, count }) => ({ region: bucket, count })),
  };
}

// However many names the regions were given, five rows of them are read out. "C" compares UTF-8 bytes, and so code
// points. What is unknown ('') or reported as 기타 is part of the rest.
const PROFILES = `
SELECT event_id::text AS "eventId", dimension::text, bucket, participants AS count
FROM event_profiles WHERE event_id = ANY ($1::uuid[]) AND dimension IN ('AGE', 'GENDER')
UNION ALL
SELECT asked.event_id::text, 'REGION', region.bucket, region.participants
FROM unnest($1::uuid[]) AS asked(event_id)
CROSS JOIN LATERAL (
  SELECT bucket, participants FROM event_profiles AS p
  WHERE p.event_id = asked.event_id AND p.dimension = 'REGION' AND p.bucket NOT IN ('', '기타')
  ORDER BY participants DESC, bucket COLLATE "C" LIMIT $2::int
) AS region`;
