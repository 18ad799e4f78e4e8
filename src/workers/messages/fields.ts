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
 * is rejected with the sentence, which never repeats the value (it may be about a person).
 */

const MOST = 10 ** 12;
const NAME_LENGTH = 50;
const TITLE_LENGTH = 200;
const EXTERNAL_ID_LENGTH = 200;
const YEAR_2000 = Date.UTC(2000, 0, 1);
const YEAR_2101 = Date.UTC(2101, 0, 1);
const DAY_SHAPE = /^(?:20\d\d|2100)-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;

/**
 * @param read gives undefined for what it does not take
 * @param met says what stands there instead, where that is known
 */
function field<Value>(
  rule: string,
  read: (value: unknown) => Value | undefined,
  met: (value: unknown) => string | undefined = () => undefined,
) {
  return z.transform((value: unknown, context): Value => {
    const known = read(value);
    if (known !== undefined) return known;
    const instead = met(value);
    const refused = instead === undefined ? rule : `${rule} (this is ${instead})`;
    context.issues.push({
      code: 'custom',
      message: value === undefined ? 'is missing' : refused,
      input: value,
    });
    return z.NEVER;
  });
}

/** A field that may be left out, which says the same as null. */
function optional<Value>(rule: string, read: (value: unknown) => Value | undefined) {
  return field<Value | null>(rule, (value) => (value === undefined || value === null ? null : read(value)));
}

function uuid<Id extends Uuid>() {
  return field('must be a uuid', (value) =>
    typeof value === 'string' ? (parseUuid(value) as Id | undefined) : undefined,
  );
}

/** Answered in lower case. */
export const messageId = uuid<MessageId>();
export const eventId = uuid<EventId>();
export const storeId = uuid<StoreId>();
export const participantId = uuid<ParticipantId>();

/** When something was observed. That it does not lie ahead is for the parser to see, who knows what time it is. */
export const observedAt = field(
  'must be an RFC 3339 instant with an offset, not before 2000-01-01T00:00Z',
  (value) => instantIn(value, YEAR_2000, Infinity),
  metInPlaceOfInstant,
);

/** When something is planned for. The year is that of the instant in UTC, so that no zone decides what is taken. */
export const plannedAt = field(
  'must be an RFC 3339 instant with an offset, in the years 2000 to 2100 (UTC)',
  (value) => instantIn(value, YEAR_2000, YEAR_2101),
  metInPlaceOfInstant,
);

function instantIn(value: unknown, from: number, until: number): Instant | undefined {
  const instant = typeof value === 'string' ? parseInstant(value) : undefined;
  return instant !== undefined && instant >= from && instant < until ? instant : undefined;
}

/** A day as the business's own calendar has it. */
export const day = field('must be a day YYYY-MM-DD in the years 2000 to 2100', (value) => {
  if (typeof value !== 'string' || !DAY_SHAPE.test(value)) return undefined;
  // A day that its month does not have comes back as one of the next month.
  const real = localDayOf(utcMidnight(value as LocalDay));
  return real === value ? real : undefined;
});

/** @returns -0 as 0; 5.0 and 5e0 are the number 5 already */
function wholeNumber(value: unknown, least: number, most: number): number | undefined {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most)
    return undefined;
  return value === 0 ? 0 : value;
}

const UP_TO_MOST = 'must be a whole number from 0 to 10^12';

export const count = field(UP_TO_MOST, (value) => wholeNumber(value, 0, MOST) as Count | undefined);
export const optionalCount = optional(
  UP_TO_MOST,
  (value) => wholeNumber(value, 0, MOST) as Count | undefined,
);
export const krw = field(UP_TO_MOST, (value) => wholeNumber(value, 0, MOST) as Krw | undefined);
/** Money that may flow back. */
export const signedKrw = field(
  'must be a whole number from -10^12 to 10^12',
  (value) => wholeNumber(value, -MOST, MOST) as Krw | undefined,
);
export const age = optional('must be a whole number from 0 to 130, or null', (value) =>
  wholeNumber(value, 0, 130),
);

/** Absent and null are no. */
export const flag = field('must be true, false or null', (value) => {
  if (value === undefined || value === null) return false;
  return typeof value === 'boolean' ? value : undefined;
});

export const gender = optional('must be "MALE", "FEMALE" or null', (value) =>
  value === 'MALE' || value === 'FEMALE' ? value : undefined,
);

export const distributionStatus = field('must be "SUCCESS", "FAILED" or "PENDING"', (value) =>
  value === 'SUCCESS' || value === 'FAILED' || value === 'PENDING' ? value : undefined,
);

function name<Name extends string>() {
  return field(`must be a text of 1 to ${NAME_LENGTH} characters besides blanks around it`, (value) =>
    typeof value === 'string' ? ((readName(value, NAME_LENGTH) || undefined) as Name | undefined) : undefined,
  );
}

export const channelName = name<ChannelName>();
export const industry = name<Industry>();

/** An empty region is an unknown one. */
export const region = field(`must be a text of up to ${NAME_LENGTH} characters, or null`, (value) => {
  if (value === undefined || value === null) return null;
  const known = typeof value === 'string' ? readName(value, NAME_LENGTH) : undefined;
  return known === '' ? null : known;
});

export const title = field(`must be a text of 1 to ${TITLE_LENGTH} characters`, (value) =>
  typeof value === 'string' ? readVerbatim(value, TITLE_LENGTH) || undefined : undefined,
);

/** What a platform calls the post, medium or message of an event: no name of ours, so nothing but blanks around it is taken off. */
export const externalId = optional(
  `must be a text of 1 to ${EXTERNAL_ID_LENGTH} characters besides blanks around it, or null`,
  (value) =>
    typeof value === 'string' ? readVerbatim(value.trim(), EXTERNAL_ID_LENGTH) || undefined : undefined,
);
