import { z } from 'zod';
import { localDayOf, utcMidnight } from '../../domain/days';
import { parseInstant } from '../../domain/instants';
import { readName, readVerbatim } from '../../domain/texts';
import { parseUuid } from '../../domain/uuid';
import type {
  ChannelName,
  Count,
  EventId,
  Industry,
  Instant,
  Krw,
  LocalDay,
  MessageId,
  ParticipantId,
  StoreId,
  Uuid,
} from '../../domain/values';
import { metInPlaceOfInstant } from './met';

/**
 * The fields that messages are made of. Each is one reader and one sentence: a value that the reader does not accept
 * is rejected with the sentence, which never repeats the value (it may be about a person). Those of several messages are
 * here; one of a single message may stand in its file: `stars: field(whole(1, 5))`.
 */

const MOST = 10 ** 12;
const NAME_LENGTH = 50;
const TITLE_LENGTH = 200;
const EXTERNAL_ID_LENGTH = 200;
const YEAR_2000 = Date.UTC(2000, 0, 1);
const YEAR_2101 = Date.UTC(2101, 0, 1);
const DAY_SHAPE = /^(?:20\d\d|2100)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

interface Reader<Value> {
  /** What a value must be, for a sentence. */
  readonly rule: string;
  /** Gives undefined for what it does not take. */
  readonly read: (value: unknown) => Value | undefined;
  /** Says what stands there instead, where that is known. */
  readonly met?: (value: unknown) => string | undefined;
}

export function field<Value>({ rule, read, met }: Reader<Value>) {
  return z.transform((value: unknown, context): Value => {
    const known = read(value);
    if (known !== undefined) return known;
    const instead = met?.(value);
    const refused = instead === undefined ? rule : `${rule} (this is ${instead})`;
    context.issues.push({
      code: 'custom',
      message: value === undefined ? 'is missing' : refused,
      input: value,
    });
    return z.NEVER;
  });
}

/** For a field that may be left out, which says the same as null. */
export const orNull = <Value>({ rule, read, ...rest }: Reader<Value>): Reader<Value | null> => ({
  ...rest,
  rule: `${rule}, or null`,
  read: (value) => (value === undefined || value === null ? null : read(value)),
});

export const uuid = <Id extends Uuid>(): Reader<Id> => ({
  rule: 'must be a uuid',
  read: (value) => (typeof value === 'string' ? (parseUuid(value) as Id | undefined) : undefined),
});

/** Takes -0 for 0; 5.0 and 5e0 are the number 5 already. */
export const whole = <Value extends number>(least: number, most: number): Reader<Value> => ({
  rule: `must be a whole number from ${written(least)} to ${written(most)}`,
  read(value) {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
      return undefined;
    return (value === 0 ? 0 : value) as Value;
  },
});

const written = (bound: number): string =>
  Math.abs(bound) === MOST ? `${bound < 0 ? '-' : ''}10^12` : String(bound);

/** Answered in lower case. */
export const messageId = field(uuid<MessageId>());
export const eventId = field(uuid<EventId>());
/** For a message that may be about all events. */
export const eventIdOrNull = field(orNull(uuid<EventId>()));
export const storeId = field(uuid<StoreId>());
export const participantId = field(uuid<ParticipantId>());

/** When something was observed. That it does not lie ahead is for the parser to see, who knows what time it is. */
export const observedAt = field({
  rule: 'must be an RFC 3339 instant with an offset, not before 2000-01-01T00:00Z',
  read: (value) => instantIn(value, YEAR_2000, Infinity),
  met: metInPlaceOfInstant,
});

/** When something is planned for. The year is that of the instant in UTC, so that no zone decides what is taken. */
export const plannedAt = field({
  rule: 'must be an RFC 3339 instant with an offset, in the years 2000 to 2100 (UTC)',
  read: (value) => instantIn(value, YEAR_2000, YEAR_2101),
  met: metInPlaceOfInstant,
});

function instantIn(value: unknown, from: number, until: number): Instant | undefined {
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  return instant !== undefined && instant >= from && instant < until ? instant : undefined;
}

/** A day as the business's own calendar has it. */
export const day = field({
  rule: 'must be a day YYYY-MM-DD in the years 2000 to 2100',
  read(value) {
    if (typeof value !== 'string' || !DAY_SHAPE.test(value)) return undefined;
    // A day that its month does not have comes back as one of the next month.
    const real = localDayOf(utcMidnight(value as LocalDay));
    return real === value ? real : undefined;
  },
});

export const count = field(whole<Count>(0, MOST));
export const krw = field(whole<Krw>(0, MOST));
/** Money that may flow back. */
export const signedKrw = field(whole<Krw>(-MOST, MOST));
export const expectedViews = field(orNull(whole<Count>(0, MOST)));
export const age = field(orNull(whole(0, 130)));

/** Absent and null are no. */
export const flag = field({
  rule: 'must be true, false or null',
  read(value) {
    if (value === undefined || value === null) return false;
    return typeof value === 'boolean' ? value : undefined;
  },
});

export const gender = field(
  orNull({
    rule: 'must be "MALE" or "FEMALE"',
    read: (value) => (value === 'MALE' || value === 'FEMALE' ? value : undefined),
  }),
);

export const distributionStatus = field({
  rule: 'must be "SUCCESS", "FAILED" or "PENDING"',
  read: (value) => (value === 'SUCCESS' || value === 'FAILED' || value === 'PENDING' ? value : undefined),
});

const name = <Name extends string>(): Reader<Name> => ({
  rule: `must be a text of 1 to ${NAME_LENGTH} characters besides blanks around it`,
  read: (value) =>
    typeof value === 'string' ? ((readName(value, NAME_LENGTH) || undefined) as Name | undefined) : undefined,
});

export const channelName = field(name<ChannelName>());
export const industry = field(name<Industry>());

/** An empty region is an unknown one. */
export const region = field({
  rule: `must be a text of up to ${NAME_LENGTH} characters, or null`,
  read(value) {
    if (value === undefined || value === null) return null;
    const known = typeof value === 'string' ? readName(value, NAME_LENGTH) : undefined;
    return known === '' ? null : known;
  },
});

export const title = field({
  rule: `must be a text of 1 to ${TITLE_LENGTH} characters`,
  read: (value) => (typeof value === 'string' ? readVerbatim(value, TITLE_LENGTH) || undefined : undefined),
});

/** What a platform calls the post, medium or message of an event: no name of ours, so nothing but blanks around it is taken off. */
export const externalId = field(
  orNull({
    rule: `must be a text of 1 to ${EXTERNAL_ID_LENGTH} characters besides blanks around it`,
    read: (value) =>
      typeof value === 'string' ? readVerbatim(value.trim(), EXTERNAL_ID_LENGTH) || undefined : undefined,
  }),
);
