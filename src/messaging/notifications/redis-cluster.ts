import type { Redis } from 'ioredis';
import type { Logger } from '../../observability/log';
import type { RedisCluster } from '../redis/cluster/cluster';
import type { Notifications } from './notifications';
import { createShardChannels } from './shard-channels';

export interface ClusterNotificationsOptions {
  readonly cluster: RedisCluster;
  readonly prefix: string;
  readonly log: Logger;
}

/**
 * Between processes that share a cluster, by sharded channels: a notification goes to the node that serves the event's slot, and from
 * there to its subscribers alone.
 */
export function createClusterNotifications({
  cluster,
  prefix,
  log,
}: ClusterNotificationsOptions): Notifications {
  const gapListeners = new Set<() => void>();
  const channels = createShardChannels(cluster, log);
  const channelOf = (event: string): string => `${prefix}changed:${cluster.tag(event)}`;
  const anything = `${prefix}anything`;
  const publisherFor = (channel: string): Redis => cluster.of(channel).redis;

  const reportGap = (): void => gapListeners.forEach((listener) => listener());
  // What was published ahead of it was not received here.
  void channels.subscribe(anything, reportGap).then(reportGap);

  return {
    async publish(events) {
      await Promise.all(
        events.map((event) => {
          const channel = channelOf(event);
          return publisherFor(channel).spublish(channel, '');
        }),
      );
    },
    async publishGap() {
      await publisherFor(anything).spublish(anything, '');
    },
    subscribe: (event, onChange) => channels.subscribe(channelOf(event), onChange),
    onGap(listener) {
      gapListeners.add(listener);
      return () => gapListeners.delete(listener);
    },
    isHearing: (event) => channels.isHeard(anything) && channels.isHeard(channelOf(event)),
    close() {
      channels.close();
      return Promise.resolve();
    },
  };
}
