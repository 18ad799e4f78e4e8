import type { Admin, GroupDescriptions } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '../../src/commands/simulator/random';
import { quietKafka } from '../harness/servers/kafka';
import { waitFor } from '../harness/wait-for';
import { type Shops, createShops } from './ledger/shops';
import { openTraffic, type Traffic } from './ledger/traffic';
import { type LiveReader, openLiveReader } from './readers/live';
import type { FaultContext } from './fault';
import { bootstrapOf } from './deployment/servers';
import { createReaders, type Readers } from './readers/readers';
import { GATEWAYS, type Deployment, WORKERS } from './deployment/deployment';

/** A deployment with traffic and readers, into which a fault is injected. */
export interface Scenario {
  readonly deployment: Deployment;
  readonly context: FaultContext;
  readonly random: Random;
  readonly isShort: boolean;
  readonly shops: Shops;
  readonly traffic: Traffic;
  readonly readers: Readers;
  readonly live: readonly LiveReader[];
  /** Opens a subscriber at each gateway. */
  subscribe(): void;
  /** One more subscriber, which has to have the last count at the end. */
  watchAs(reader: LiveReader): void;
  /** When the fault began and ended, in milliseconds since 1970; each call of markEnd moves the end. */
  readonly began: number;
  readonly ended: number;
  markStart(): void;
  markEnd(): void;
  /** From now on, earlier dead letters are not expected on their topics any more. */
  loseLettersOnTopic(): void;
  readonly lettersOnTopicSince: number;
  /** Adds a problem unless the condition holds. */
  expect(holds: boolean, problem: string): void;
  readonly problems: readonly string[];
  /** A topic's name at the broker, with prefix. */
  topic(name: string): string;
  admin<T>(work: (admin: Admin) => Promise<T>): Promise<T>;
  /** Waits until the group is stable and each of the workers has partitions. */
  untilAssigned(workers?: number): Promise<void>;
  /** Stops the traffic and waits until all of it is applied. */
  untilAllApplied(): Promise<void>;
  /** Waits while traffic and readers continue. */
  pause(ms: number): Promise<void>;
  /** Waits until every partition has been taken over by another worker, or until the time is over. */
  pauseUntilTakenOver(mostMs: number): Promise<void>;
  /** Closes the resource after the fault. */
  own<Resource extends { close(): Promise<unknown> }>(resource: Resource): Resource;
  tell(line: string): void;
}

export interface ScenarioOptions {
  readonly name: string;
  readonly deployment: Deployment;
  readonly context: FaultContext;
}

/** The partitions whose progress is watched: they get most messages. */
export const WATCHED_TOPIC = 'participant.registered';
export const WATCHED_PARTITIONS = [0, 1, 2];

const SETTLED_MS = 60_000;
/** A transaction of a worker that was killed or frozen may be committed a moment later. */
const IN_HAND_MS = 1_000;

export async function openScenario({ name, deployment, context }: ScenarioOptions): Promise<Scenario> {
  const { random, isShort } = context;
  const shops = createShops(name, random, Date.now());
  const { topicPrefix: prefix, servers } = deployment;
  const brokers = bootstrapOf(servers);
  const traffic = context.own(await openTraffic({ brokers, prefix, shops, random }));
  const readers = context.own(createReaders(deployment, shops, traffic.ledger));
  const live: LiveReader[] = [];
  context.own({ close: () => Promise.resolve(live.forEach((reader) => reader.stop())) });
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
    deployment,
    context,
    random,
    isShort,
    shops,
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
    subscribe: () =>
      void live.push(...GATEWAYS.map((name) => openLiveReader(deployment, name, shops.events[0]!))),
    watchAs: (reader) => void live.push(reader),
    markStart: () => void (began = ended = Date.now()),
    markEnd: () => void (ended = Date.now()),
    loseLettersOnTopic: () => void (lettersOnTopicSince = Date.now()),
    expect(holds, problem) {
      if (!holds) problems.push(problem);
    },
    topic: (topic) => prefix + topic,
    admin,
    async untilAssigned(workers = WORKERS.length) {
      await admin((client) =>
        waitFor(async () => isShared(await client.describeGroups([deployment.groupId]), workers), {
          what: `${workers} workers to share the work`,
          timeoutMs: SETTLED_MS,
          everyMs: 200,
        }),
      );
    },
    async untilAllApplied() {
      await traffic.stop();
      await waitFor(() => deployment.progress.hasApplied(nextOffsets(traffic, prefix)), {
        what: 'everything that was sent to be applied',
        timeoutMs: SETTLED_MS,
        everyMs: 100,
      });
    },
    pause: (ms) => pause(ms),
    async pauseUntilTakenOver(mostMs) {
      const since = Date.now() + IN_HAND_MS;
      const isOn = (partition: number): boolean =>
        deployment.progress.untilApplied(since, prefix + WATCHED_TOPIC, partition) !== undefined;
      await waitFor(() => WATCHED_PARTITIONS.every(isOn), {
        what: 'every partition to be taken over',
        timeoutMs: mostMs,
        everyMs: 100,
      }).catch(() => undefined);
    },
    own: (resource) => context.own(resource),
    tell: (line) => context.tell(line),
  };
}

/** The next offset of each partition once the whole ledger is applied. */
export function nextOffsets(
  { ledger }: Pick<Traffic, 'ledger'>,
  prefix: string,
): ReadonlyMap<string, bigint> {
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
