import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { ChannelName, EventId } from '../domain/values';
import { unusable } from './problems';
import { PLATFORM_FIELDS, platform, platformChannel } from './platform-fields';
import type { Given } from './given';

/** The shapes of platforms that are known: each has its connector among those of the workers. */
export const CONNECTOR_NAMES = ['json', 'instagram', 'naver-blog', 'kakao-channel'] as const;
export type ConnectorName = (typeof CONNECTOR_NAMES)[number];

/** How a platform knows who asks. */
export type Credentials =
  | { readonly type: 'none' }
  | { readonly type: 'bearer'; readonly token: string }
  | { readonly type: 'header'; readonly name: string; readonly value: string }
  | { readonly type: 'query'; readonly name: string; readonly value: string };

/** A channel whose platform is asked for its views. Holds secrets: not to be logged. */
export interface PlatformConfig {
  readonly channel: ChannelName;
  /** http or https, without a slash at its end, without user, query and fragment. */
  readonly baseUrl: string;
  /** The shape of its answers. */
  readonly parser: ConnectorName;
  readonly credentials: Credentials;
  /** Sent along with every question. */
  readonly headers: Readonly<Record<string, string>>;
  /** What follows the base URL, with `{eventId}` and `{id}` in it; undefined: the usual one of the parser. */
  readonly path: string | undefined;
  /** What the platform calls an event: the number of a post, of a medium, of a message. */
  readonly ids: ReadonlyMap<EventId, string>;
  /** How often each event is asked about while it runs, in milliseconds. */
  readonly intervalMs: number;
  /** How long one try may take, in milliseconds. */
  readonly timeoutMs: number;
  /** How many questions may be under way at the same time. */
  readonly concurrency: number;
  /** How many requests may be sent in a second. */
  readonly ratePerSecond: number;
}

/** Either holds the list. */
export const PLATFORM_SOURCES = ['CHANNEL_PLATFORMS', 'CHANNEL_PLATFORMS_FILE'] as const;
const [INLINE, FILE] = PLATFORM_SOURCES;

export interface ReadPlatforms {
  readonly platforms: readonly PlatformConfig[];
  /** Each with its place, `CHANNEL_PLATFORMS[1].timeoutMs: …`; never with a value, which may be a secret. */
  readonly problems: readonly string[];
}

const NONE: ReadPlatforms = { platforms: [], problems: [] };
const failing = (...problems: string[]): ReadPlatforms => ({ platforms: [], problems });

/**
 * The platforms that are asked, from whichever variable holds their list. A list with a problem counts as empty.
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

/** The engine's own message would quote the text, secrets and all. No JSON text stands for undefined. */
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

/** Looked for by itself, so that a problem elsewhere does not hide it. */
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
