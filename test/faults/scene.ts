import type { Admin, GroupDescriptions } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../src/commands/simulator/random';
import { quietKafka } from '../harness/servers/kafka';
import { waitFor } from '../harness/wait-for';
import { type Cast, createCast } from './ledger/cast';
import { openTraffic, type Traffic } from './ledger/traffic';
import { type LiveReader, openLiveReader } from './readers/live';
import type { Run } from './fault';
import { createReaders, type Readers } from './readers/readers';
import { GATEWAYS, type Stage, WORKERS } from './stage/stage';

/** A stage with messages that come and readers who look, for a fault to happen to. */
export interface Scene {
  readonly stage: Stage;
  readonly run: Run;
  readonly random: Random;
  readonly isShort: boolean;
  readonly cast: Cast;
  readonly traffic: Traffic;
  readonly readers: Readers;
  readonly live: readonly LiveReader[];
  /** Subscribers come, one at each gateway. */
  subscribe(): void;
  /** When the fault began and ended, in milliseconds since 1970; its end moves with every call. */
  readonly began: number;
  readonly ended: number;
  begins(): void;
  ends(): void;
  /** Dead letters from before now are gone with the topics that they were on. */
  loseLettersOnTopic(): void;
  readonly lettersOnTopicSince: number;
  /** Something besides data that has to hold. */
  expect(holds: boolean, problem: string): void;
  readonly problems: readonly string[];
  /** A topic as the broker knows it. */
  topic(name: string): string;
  admin<T>(work: (admin: Admin) => Promise<T>): Promise<T>;
  /** Waits until so many workers share the partitions among them, and nobody is about to join or leave. */
  untilAtWork(workers?: number): Promise<void>;
  /** Stops the stream and waits until everything that was sent is applied. */
  settle(): Promise<void>;
  /** Waits while messages come and readers look. */
  pause(ms: number): Promise<void>;
  /** The same until every partition has been taken over from whoever had it, or the time is over. */
  pauseUntilTakenOver(mostMs: number): Promise<void>;
  /** To be closed when the fault is over. */
  own<Resource extends { close(): Promise<unknown> }>(resource: Resource): Resource;
  tell(line: string): void;
}

export interface SceneOptions {
  readonly name: string;
  readonly stage: Stage;
  readonly run: Run;
}

/** The partitions by which it is known that work goes on: most messages come on them. */
export const WATCHED_TOPIC = 'participant.registered';
export const WATCHED_PARTITIONS = [0, 1, 2];

const SETTLED_MS = 60_000;
/** What a worker had in hand when it died or froze may be committed a moment later. */
const IN_HAND_MS = 1_000;

export async function openScene({ name, stage, run }: SceneOptions): Promise<Scene> {
  const { random, isShort } = run;
  const cast = createCast(name, random, Date.now());
  const { topicPrefix: prefix, servers } = stage;
  const brokers = [servers.kafka.url];
  const traffic = run.own(await openTraffic({ brokers, prefix, cast, random }));
  const readers = run.own(createReaders(stage, cast, traffic.ledger));
  const live: LiveReader[] = [];
  run.own({ close: () => Promise.resolve(live.forEach((reader) => reader.stop())) });
  const problems: string[] = [];
  let [began, ended, lettersOnTopicSince] = [Date.now(), Date.now(), 0];

  async function admin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const client = quietKafka(brokers).admin();
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.disconnect();
    }
  }

  return {
    stage,
    run,
    random,
    isShort,
    cast,
    traffic,
    readers,
    live,
    problems,
    get began() {
      return began;
    },
    get ended() {
      return ended;
    },
    get lettersOnTopicSince() {
      return lettersOnTopicSince;
    },
    subscribe: () => void live.push(...GATEWAYS.map((name) => openLiveReader(stage, name, cast.events[0]!))),
    begins: () => void (began = ended = Date.now()),
    ends: () => void (ended = Date.now()),
    loseLettersOnTopic: () => void (lettersOnTopicSince = Date.now()),
    expect(holds, problem) {
      if (!holds) problems.push(problem);
    },
    topic: (topic) => prefix + topic,
    admin,
    async untilAtWork(workers = WORKERS.length) {
      await admin((client) =>
        waitFor(async () => isShared(await client.describeGroups([stage.groupId]), workers), {
          what: `${workers} workers to share the work`,
          timeoutMs: SETTLED_MS,
          everyMs: 200,
        }),
      );
    },
    async settle() {
      await traffic.stop();
      await waitFor(() => stage.progress.hasApplied(ends(traffic, prefix)), {
        what: 'everything that was sent to be applied',
        timeoutMs: SETTLED_MS,
        everyMs: 100,
      });
    },
    pause: (ms) => pause(ms),
    async pauseUntilTakenOver(mostMs) {
      const since = Date.now() + IN_HAND_MS;
      const isOn = (partition: number): boolean =>
        stage.progress.untilApplied(since, prefix + WATCHED_TOPIC, partition) !== undefined;
      await waitFor(() => WATCHED_PARTITIONS.every(isOn), {
        what: 'every partition to be taken over',
        timeoutMs: mostMs,
        everyMs: 100,
      }).catch(() => undefined);
    },
    own: (resource) => run.own(resource),
    tell: (line) => run.tell(line),
  };
}

/** Where each partition goes on once all that the ledger holds is applied. */
function ends({ ledger }: Traffic, prefix: string): ReadonlyMap<string, bigint> {
  const found = new Map<string, bigint>();
  for (const { topic, partition, offset } of ledger.entries) {
    if (offset === undefined) continue;
    const name = `${prefix}${topic}/${partition}`;
    if (offset >= (found.get(name) ?? 0n)) found.set(name, offset + 1n);
  }
  return found;
}

function isShared({ groups }: GroupDescriptions, workers: number): boolean {
  return groups.every(
    ({ state, members }) =>
      state === 'Stable' &&
      members.length === workers &&
      members.every(({ memberAssignment }) => memberAssignment.length > 0),
  );
}
