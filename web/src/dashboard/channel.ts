import type { ChannelsFragment } from '../../generated/operations';

/** What one channel brings and costs, as the section asks for it. */
export type Channel = ChannelsFragment['channelPerformance'][number];

export type Column = 'channel' | 'views' | 'participants' | 'conversionRate' | 'costPerAcquisition';

export interface Order {
  readonly by: Column;
  readonly descending: boolean;
}

/** In the order that was chosen; as they came, which is the order of their distribution, before any was. */
export function sorted(channels: readonly Channel[], order: Order | undefined): readonly Channel[] {
  if (order === undefined) return channels;
  const { by, descending } = order;
  const compare = (one: Channel, other: Channel): number =>
    by === 'channel' ? one.channel.localeCompare(other.channel, 'ko') : one[by] - other[by];
  return channels.toSorted((one, other) => compare(one, other) * (descending ? -1 : 1));
}

/** What choosing a column does: figures from the largest, names from the first; chosen again, the other way round. */
export function nextOrder(order: Order | undefined, by: Column): Order {
  if (order?.by === by) return { by, descending: !order.descending };
  return { by, descending: by !== 'channel' };
}
