import type { Redis } from 'ioredis';
import type { Logger } from '../../observability/log';
import type { RedisCluster } from '../redis/cluster/cluster';
import {
  causeIn,
  channelOf,
  type Notice,
  type Notifications,
  payloadOf,
  type Subject,
} from './notifications';
import { createShardChannels } from './shard-channels';

export interface ClusterNotificationsOptions {
  readonly cluster: RedisCluster;
  readonly prefix: string;
  readonly log: Logger;
}

/**
 * Between processes that share a cluster, by sharded channels: a notification goes to the node that serves the slot of the event, or of the store,
 * and from there to its subscribers alone.
 */
export function createClusterNotifications({
  cluster,
  prefix,
  log,
}: ClusterNotificationsOptions): Notifications {
  const gapListeners = new Set<() => void>();
  const channels = createShardChannels(cluster, log);
  const nameOf = (subject: Subject): string => prefix + channelOf(subject, (id) => cluster.tag(id));
  const anything = `${prefix}anything`;
  const publisherFor = (channel: string): Redis => cluster.of(channel).redis;

  const reportGap = (): void => gapListeners.forEach((listener) => listener());
  // What was published ahead of it was not received here.
  void channels.subscribe(anything, () => reportGap()).then(reportGap);

  return {
    async publish(changed) {
      await Promise.all(
        changed.map((subject) => {
          const channel = nameOf(subject);
          return publisherFor(channel).spublish(channel, textOf(subject));
        }),
      );
    },
    async publishGap() {
      await publisherFor(anything).spublish(anything, '');
    },
    subscribe: (subject, onChange) =>
      channels.subscribe(nameOf(subject), (text) =>
        onChange(text === undefined ? undefined : causeIn(read(text))),
      ),
    onGap(listener) {
      gapListeners.add(listener);
      return () => gapListeners.delete(listener);
    },
    isHearing: (subject) => channels.isHeard(anything) && channels.isHeard(nameOf(subject)),
    close() {
      channels.close();
      return Promise.resolve();
    },
  };
}

/** Empty where there is nothing to be said, as it always was before there was anything. */
function textOf(notice: Notice): string {
  const payload = payloadOf(notice);
  return payload === null ? '' : JSON.stringify(payload);
}

function read(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
