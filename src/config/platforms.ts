import type { ChannelName } from '../schema/values';

/** A channel whose platform is asked for its views. */
export interface PlatformConfig {
  readonly channel: ChannelName;
  readonly baseUrl: string;
  /** How often each event is asked about while it runs, in milliseconds. */
  readonly intervalMs: number;
}
