import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ChannelName, EventId } from '../domain/values';
import { unusable } from './problems';
import { PLATFORM_FIELDS, platform, platformChannel } from './platform-fields';
import type { Given } from './given';

/** The connectors that the workers have, as the list of platforms names them in `parser`. */
export const CONNECTOR_NAMES = ['json', 'instagram', 'naver-blog', 'kakao-channel', 'youtube'] as const;
export type ConnectorName = (typeof CONNECTOR_NAMES)[number];

/** How the service authenticates at a platform. */
export type Credentials =
  | { readonly type: 'none' }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'header'; readonly name: string; readonly value: string }
  | { readonly type: 'query'; readonly name: string; readonly value: string };

/** A platform that is polled for the views of one channel. Holds secrets: not to be logged. */
export interface PlatformConfig {
  readonly channel: ChannelName;
  /** http or https, without a slash at its end, without user, query and fragment. */
  readonly baseUrl: string;
  /** The connector to ask it with. Public name of the field: it is the list's own. */
  readonly parser: ConnectorName;
  readonly credentials: Credentials;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The path after the base URL, with `{eventId}` and `{id}` in it; undefined: the connector's default. */
  readonly path: string | undefined;
  /** What the platform calls an event: the number of a post, of a medium, of a message. */
  readonly ids: ReadonlyMap<EventId, string>;
  /** How often each running event is polled. */
  readonly intervalMs: number;
  /** How long one attempt may take. */
  readonly timeoutMs: number;
  /** How many requests may be open at the same time. */
  readonly concurrency: number;
  /** How many requests may be sent a second. */
  readonly ratePerSecond: number;
  /** How many requests may be sent in a day of the platform; undefined: any number. */
  readonly quotaPerDay: number | undefined;
}

/** The list is in one of these. */
export const PLATFORM_SOURCES = ['CHANNEL_PLATFORMS', 'CHANNEL_PLATFORMS_FILE'] as const;
const [INLINE, FILE] = PLATFORM_SOURCES;

export interface ReadPlatforms {
  readonly platforms: readonly PlatformConfig[];
  /** Each with its path, `CHANNEL_PLATFORMS[1].timeoutMs: …`; never with a value, which may be a secret. */
  readonly problems: readonly string[];
}

const NONE: ReadPlatforms = { platforms: [], problems: [] };
const failing = (...problems: string[]): ReadPlatforms => ({ platforms: [], problems });

/**
 * Reads the list of platforms from the variable that is set. A list with a problem counts as empty.
 *
 * @param given the variables that are set, by name: also those that the list refers to by `$NAME`
 */
export function readPlatforms(given: Given): ReadPlatforms {
  const inline = given[INLINE];
  const path = given[FILE]?.trim();
  if (inline !== undefined && path !== undefined) {
    return failing(`${INLINE}, ${FILE}: only one of them may be set (one list of platforms)`);
  }
  if (inline !== undefined) return readList(INLINE, inline, given);
  if (path === undefined) return NONE;
  try {
    return readList(FILE, readFileSync(path, 'utf8'), given);
  } catch (error) {
    const code =
      typeof error === 'object' && error !== null && 'code' in error ? `, ${String(error.code)}` : '';
    return failing(unusable(FILE, path, `the path of a file that can be read${code}`));
  }
}

function readList(source: string, json: string, given: Given): ReadPlatforms {
  const list = parseJson(json);
  if (!Array.isArray(list)) return failing(unusable(source, undefined, 'a JSON array of platforms'));
  const read = z.array(platform(given, CONNECTOR_NAMES)).safeParse(list);
  const problems = [
    ...(read.error?.issues.flatMap((issue) => describe(source, issue)) ?? []),
    ...repeatedChannels(list).map((index) => `${source}[${index}].channel: is that of another platform`),
  ];
  return read.success && problems.length === 0 ? { platforms: read.data, problems } : failing(...problems);
}

/** Undefined for invalid JSON: the engine's own message would quote the text, secrets included. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function describe(source: string, issue: z.core.$ZodIssue): string[] {
  const place = source + z.core.toDotPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = issue.path.length === 1 ? ` (one of ${PLATFORM_FIELDS.join(', ')})` : '';
    return issue.keys.map((key) => `${place}.${key}: is not known${known}`);
  }
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${place}: ${message}`);
  return [`${place}: ${issue.message}`];
}

/** Checked separately, so that other problems do not hide it. */
function repeatedChannels(list: readonly unknown[]): number[] {
  const seen = new Set<string>();
  return list.flatMap((item, index) => {
    const { data: name } = z
      .object({ channel: platformChannel })
      .transform((it) => it.channel)
      .safeParse(item);
    if (name === undefined) return [];
    const isRepeated = seen.has(name);
    seen.add(name);
    return isRepeated ? [index] : [];
  });
}
