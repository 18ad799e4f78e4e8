import type { ChannelsFragment } from '../../generated/operations';

/** What one channel brings and costs, as the section asks for it. */
export type Channel = ChannelsFragment['channelPerformance'][number];
