import { z } from 'zod';
import { readName } from '../domain/texts';
import { parseUuid } from '../domain/uuid';
import type { ChannelName, EventId } from '../domain/values';
import type { Given } from './given';
import { refusal, headerSecret, textWhere, wholeNumber } from './json-fields';

/** The fields of a platform in the list of platforms. */

const CHANNEL_LENGTH = 50;
/** A name of a header or of a parameter (RFC 9110, 5.6.2). */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;
const PLACEHOLDERS = ['{eventId}', '{id}'];

/** Trimmed and in NFC, like the channels of messages. */
export const platformChannel = z
  .string({ error: refusal(`a name of 1 to ${CHANNEL_LENGTH} characters`) })
  .transform((text, context) => {
    const name = readName(text, CHANNEL_LENGTH);
    if (name) return name as ChannelName;
    context.addIssue(`its value cannot be used (a name of 1 to ${CHANNEL_LENGTH} characters)`);
    return z.NEVER;
  });

const baseUrl = textWhere(
  isBase,
  'like https://platform.example/v1, without user, password, query and fragment',
).transform((url) => url.replace(/\/+$/, ''));

function isBase(text: string): boolean {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '' && !/[?#]/.test(text);
}

const path = textWhere(
  (text) =>
    text.startsWith('/') &&
    PLACEHOLDERS.reduce((rest, name) => rest.replaceAll(name, ''), text).search(/[{}#\s]/) < 0,
  `a path like /posts/{id}/views, with no other places to fill in than ${PLACEHOLDERS.join(' and ')}`,
);

/** By uuid in upper or lower case, each uuid once. */
const ids = z
  .record(
    z.string(),
    textWhere((text) => /^[\x21-\x7e]{1,200}$/.test(text), 'a text of 1 to 200 characters without blanks'),
    { error: refusal('an object of event ids and what the platform calls them') },
  )
  .transform((given, context) => {
    const known = new Map<EventId, string>();
    for (const [key, id] of Object.entries(given)) {
      const eventId = parseUuid(key) as EventId | undefined;
      if (eventId === undefined || known.has(eventId)) {
        const message =
          eventId === undefined ? 'is not known (the uuid of an event)' : 'is the uuid of another';
        context.addIssue({ code: 'custom', message, path: [key] });
      } else known.set(eventId, id);
    }
    return known;
  });

function credentials(given: Given) {
  const name = textWhere((text) => TOKEN.test(text), 'the name of a header or parameter');
  const value = headerSecret(given);
  return z.discriminatedUnion(
    'type',
    [
      z.strictObject({ type: z.literal('none') }),
      z.strictObject({ type: z.literal('bearer'), token: value }),
      z.strictObject({ type: z.literal('header'), name, value }),
      z.strictObject({ type: z.literal('query'), name, value }),
    ],
    { error: 'its value cannot be used (an object whose type is none, bearer, header or query)' },
  );
}

const headers = (given: Given) =>
  z.record(z.string().regex(TOKEN, { error: 'is not known (the name of a header)' }), headerSecret(given), {
    error: refusal('an object of names and values'),
  });

const A_DAY = 86_400;
const FASTEST = 1_000;
const SLOWEST = 0.01;
const rate = refusal(`a number from ${SLOWEST} to ${FASTEST}`);

const shape = <const Names extends readonly [string, ...string[]]>(given: Given, connectorNames: Names) => ({
  channel: platformChannel,
  baseUrl,
  parser: z.enum(connectorNames, { error: refusal(`one of ${connectorNames.join(', ')}`) }),
  credentials: credentials(given).default({ type: 'none' }),
  headers: headers(given).default({}),
  path: path.optional(),
  ids: ids.default(new Map()),
  intervalSeconds: wholeNumber(1, A_DAY).default(60),
  timeoutMs: wholeNumber(100, 60_000).default(3_000),
  concurrency: wholeNumber(1, 100).default(4),
  ratePerSecond: z
    .number({ error: rate })
    .min(SLOWEST, { error: rate })
    .max(FASTEST, { error: rate })
    .default(10),
  quotaPerDay: wholeNumber(1, 1_000_000_000).optional(),
});

/** The names of a platform's fields. */
export const PLATFORM_FIELDS: readonly string[] = Object.keys(shape({}, ['']));

/**
 * @param given the variables that secrets may refer to
 * @param connectorNames the known values of `parser`, which names the connector
 */
export const platform = <const Names extends readonly [string, ...string[]]>(
  given: Given,
  connectorNames: Names,
) =>
  z
    .strictObject(shape(given, connectorNames), { error: 'its value cannot be used (an object)' })
    .transform(({ intervalSeconds, path: ownPath, quotaPerDay, ...rest }) => ({
      ...rest,
      path: ownPath,
      quotaPerDay,
      intervalMs: intervalSeconds * 1_000,
    }));
