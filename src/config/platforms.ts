import type { ChannelName, EventId } from '../domain/values';
import { type ReadList, readJsonList } from './json-list';
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
const [inline, file] = PLATFORM_SOURCES;

/**
 * Reads the list of platforms from the variable that is set. A list with a problem counts as empty.
 *
 * @param given the variables that are set, by name: also those that the list refers to by `$NAME`
 */
export function readPlatforms(given: Given): ReadList<PlatformConfig> {
  return readJsonList<PlatformConfig>(given, {
    inline,
    file,
    words: { one: 'platform', many: 'platforms' },
    item: platform(given, CONNECTOR_NAMES),
    fields: PLATFORM_FIELDS,
    key: { name: 'channel', value: platformChannel },
  });
}
