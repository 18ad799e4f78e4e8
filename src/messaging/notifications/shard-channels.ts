import type { Redis } from 'ioredis';
import type { Logger } from '../../observability/log';
import type { RedisCluster } from '../redis/cluster/cluster';

/** Subscriptions to channels of a cluster, each at the node that serves its slot, wherever that moves. */
export interface ShardChannels {
  /**
   * Calls back for each message, and whenever some may have been missed. Resolves once none that is published from now on can
   * be, however long the slot has no owner.
   *
   * @returns ends it; nothing is called back any more
   */
  subscribe(channel: string, listener: MessageListener): Promise<() => void>;
  /** Whether the channel is subscribed to: false from when that is lost until its listeners have been called back. */
  isHeard(channel: string): boolean;
  close(): void;
}

/** @param text of the message; undefined where one may have been missed */
export type MessageListener = (text?: string) => void;

interface Channel {
  readonly name: string;
  readonly listeners: Set<MessageListener>;
  place: Place | undefined;
  /** Resolves when it is subscribed to for the first time. */
  readonly first: PromiseWithResolvers;
  wasSubscribed: boolean;
}

/** Where a channel is subscribed to, for as long as this connection lasts. */
interface Place {
  readonly redis: Redis;
  readonly stream: Redis['stream'];
  isConfirmed: boolean;
}

interface PromiseWithResolvers {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

const TRY_AGAIN_MS = 100;
/** ioredis reports an answer to no question of its own as an error. */
const UNASKED = /^Command queue state error/;
/** How a node says that a channel has moved with its slot. */
const MOVED_CHANNEL = /Last reply: sunsubscribe,(?<channel>.+),\d+$/;

export function createShardChannels(cluster: RedisCluster, log: Logger): ShardChannels {
  const channels = new Map<string, Channel>();
  const watched = new WeakSet<Redis>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  /** Subscribes to what is not subscribed to where it should be. */
  function place(): void {
    clearTimeout(timer);
    timer = undefined;
    if (isClosed) return;
    for (const channel of channels.values()) placeOne(channel);
  }

  function placeOne(channel: Channel): void {
    const redis = cluster.ownerOf(channel.name)?.subscriptions();
    if (redis !== undefined && !watched.has(redis)) watch(redis);
    if (channel.place !== undefined && isAt(channel.place, redis)) return;
    channel.place = undefined;
    if (redis?.status !== 'ready') return;
    const asked: Place = { redis, stream: redis.stream, isConfirmed: false };
    channel.place = asked;
    redis.ssubscribe(channel.name).then(
      () => {
        if (channel.place === asked) confirm(channel, asked);
      },
      (error: unknown) => {
        log.debug({ err: error }, 'a channel cannot be subscribed to yet');
        if (channel.place === asked) placeAnew([channel]);
      },
    );
  }

  function placeAnew(misplaced: readonly Channel[]): void {
    for (const channel of misplaced) channel.place = undefined;
    cluster.look();
    timer ??= setTimeout(place, TRY_AGAIN_MS).unref();
  }

  function confirm(channel: Channel, asked: Place): void {
    // What was published in between was not received here.
    if (channel.wasSubscribed) call(channel);
    channel.wasSubscribed = true;
    asked.isConfirmed = true;
    channel.first.resolve();
  }

  function watch(redis: Redis): void {
    watched.add(redis);
    redis.on('ready', place);
    redis.on('close', () => {
      for (const channel of channels.values()) if (channel.place?.redis === redis) channel.place = undefined;
    });
    redis.on('smessage', (name: string, text: string) => {
      const channel = channels.get(name);
      if (channel?.place?.redis === redis) call(channel, text);
    });
    redis.on('error', ({ message }: Error) => {
      if (!UNASKED.test(message)) return;
      const channel = channels.get(MOVED_CHANNEL.exec(message)?.groups?.['channel'] ?? '');
      // The answers to other questions have been mixed up: what is subscribed to there is not known any more.
      if (channel === undefined) return void redis.stream.destroy();
      if (channel.place !== undefined && channel.place.redis !== redis) return;
      placeAnew([channel]);
    });
    // ioredis says no more of a subscription that is refused because the slot has moved: neither its channel, nor its end.
    redis.on('moved', () => {
      const asked = [...channels.values()].filter(
        ({ place }) => place?.redis === redis && !place.isConfirmed,
      );
      placeAnew(asked);
    });
  }

  cluster.onMove(place);

  return {
    async subscribe(name, listener) {
      const channel = channels.get(name) ?? createChannel(name);
      channels.set(name, channel);
      channel.listeners.add(listener);
      placeOne(channel);
      await channel.first.promise;
      return () => {
        channel.listeners.delete(listener);
        if (channel.listeners.size > 0 || channels.get(name) !== channel) return;
        channels.delete(name);
        quit(channel);
      };
    },
    isHeard: (name) => channels.get(name)?.place?.isConfirmed === true,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

function createChannel(name: string): Channel {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((resolved) => (resolve = resolved));
  return { name, listeners: new Set(), place: undefined, first: { promise, resolve }, wasSubscribed: false };
}

const call = ({ listeners }: Channel, text?: string): void => listeners.forEach((listener) => listener(text));

function isAt(place: Place, redis: Redis | undefined): boolean {
  return place.redis === redis && place.stream === redis.stream;
}

/** Only where the channel is not wanted any more: a node that hands its slot over ends it by itself. */
function quit({ name, place }: Channel): void {
  if (place?.redis.status !== 'ready' || !isAt(place, place.redis)) return;
  place.redis.sunsubscribe(name).catch(() => undefined);
}
