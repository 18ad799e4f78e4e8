import { setTimeout as pause } from 'node:timers/promises';
import { Partitioners, type Producer, type RecordMetadata } from 'kafkajs';
import type { Random } from '../../../src/commands/simulator/random';
import { type Topic, TOPICS } from '../../../src/workers/messages/topics';
import { quietKafka } from '../../harness/servers/kafka';
import { waitFor } from '../../harness/wait-for';
import type { Shops } from './shops';
import { createLedger, type Entry, type Ledger } from './ledger';
import { createMessageFactory, type MessageFactory, type MessageDraft } from './message-factory';

/** Sends messages as upstream does, retries while the broker is down, and records them in the ledger. */
export interface Traffic {
  readonly shops: Shops;
  readonly factory: MessageFactory;
  readonly ledger: Ledger;
  /** Sends messages of all kinds, of these topics or of all, at a steady rate until `stop`. */
  start(perSecond: number, topics?: readonly Topic[]): void;
  /** Resolves once everything that was sent is in the log. */
  stop(): Promise<void>;
  /** Sends these and waits until they are in the log. */
  send(drafts: readonly MessageDraft[]): Promise<void>;
  /** Sends new registrations, spread over all events. */
  sendRegistrations(size: number): Promise<void>;
  close(): Promise<void>;
}

export interface TrafficOptions {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly shops: Shops;
  readonly random: Random;
}

const TICK_MS = 100;
const AT_ONCE = 1_000;
const AGAIN_MS = 250;
const GIVE_UP_MS = 120_000;

export async function openTraffic({ brokers, prefix, shops, random }: TrafficOptions): Promise<Traffic> {
  const factory = createMessageFactory(shops, random);
  const ledger = createLedger();
  let producer = await connectedProducer(brokers);
  let running: Promise<void> = Promise.resolve();
  let isStopping = false;
  let isClosed = false;

  async function put(drafts: readonly MessageDraft[]): Promise<void> {
    for (let start = 0; start < drafts.length; start += AT_ONCE) {
      await deliver(drafts.slice(start, start + AT_ONCE).map((each) => ledger.add(each)));
    }
  }

  /** Retries valid messages until they are in the log: applied twice they count once. Invalid ones are sent once. */
  async function deliver(entries: readonly Entry[]): Promise<void> {
    const deadline = Date.now() + GIVE_UP_MS;
    let pending = entries;
    while (pending.length > 0) {
      if (isClosed) return;
      const failed = await attempt(producer, prefix, pending).catch(async (error: unknown) => {
        if (!(error instanceof PartitionUnknown)) throw error;
        // It looks at a topic's partitions every five minutes.
        await producer.disconnect();
        producer = await connectedProducer(brokers);
        return pending.filter(({ state }) => state === 'sending');
      });
      for (const entry of failed) if (entry.mark !== undefined) entry.state = 'unknown';
      pending = failed.filter((entry) => entry.mark === undefined);
      if (pending.length === 0) return;
      if (Date.now() > deadline) throw new Error('The broker took no messages for two minutes.');
      await pause(AGAIN_MS);
    }
  }

  async function stream(perSecond: number, topics: readonly Topic[]): Promise<void> {
    let owed = 0;
    while (!isStopping) {
      owed += (perSecond * TICK_MS) / 1_000;
      const drafts = Array.from({ length: Math.floor(owed) }, () =>
        anything({ factory, ledger, random, topics }),
      );
      owed -= drafts.length;
      await put(drafts);
      await pause(TICK_MS);
    }
  }

  return {
    shops,
    factory,
    ledger,
    start(perSecond, topics = TOPICS) {
      isStopping = false;
      running = stream(perSecond, topics);
      // Rethrown by stop.
      running.catch(() => undefined);
    },
    async stop() {
      isStopping = true;
      await running;
    },
    send: put,
    sendRegistrations: (size) => put(Array.from({ length: size }, () => factory.registration())),
    async close() {
      isStopping = true;
      isClosed = true;
      await producer.disconnect();
    },
  };
}

/** Without KafkaJS's own retries: deliver decides whether to repeat an attempt of unknown outcome. */
async function connectedProducer(brokers: readonly string[]): Promise<Producer> {
  const producer = quietKafka(brokers).producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { retries: 0 },
  });
  await waitFor(() => producer.connect().then(() => true), {
    what: 'a producer to connect',
    timeoutMs: GIVE_UP_MS,
  });
  return producer;
}

/** KafkaJS silently drops messages for a partition that it does not know yet. */
class PartitionUnknown extends Error {}

interface Mixed {
  readonly factory: MessageFactory;
  readonly ledger: Ledger;
  readonly random: Random;
  readonly topics: readonly Topic[];
}

/** A mix of the messages of these topics: one in twenty is a duplicate, one in fifty is invalid. */
function anything({ factory, ledger, random, topics }: Mixed): MessageDraft {
  const make = random.pick<() => MessageDraft>([
    [() => factory.valid(topics), 93],
    [() => factory.invalid(topics), 2],
    [() => again(ledger, random) ?? factory.valid(topics), 5],
  ]);
  return make();
}

/** A duplicate of any valid message, as from a producer that got no answer. */
function again(ledger: Ledger, random: Random): MessageDraft | undefined {
  const entry = ledger.entries[random.between(0, Math.max(0, ledger.entries.length - 1))];
  if (entry?.valid === undefined) return undefined;
  const { topic, partition, value, valid } = entry;
  return { topic, partition, value, valid };
}

/** @returns the entries that the broker has not acknowledged */
async function attempt(producer: Producer, prefix: string, entries: readonly Entry[]): Promise<Entry[]> {
  const topics = [...new Set(entries.map(({ topic }) => topic))];
  const failed: Entry[] = [];
  await Promise.all(
    topics.map(async (topic) => {
      const own = entries.filter((entry) => entry.topic === topic);
      try {
        const messages = own.map(({ value, partition }) => ({ value, partition }));
        note(own, await producer.send({ topic: prefix + topic, messages, acks: -1 }));
      } catch {
        failed.push(...own);
      }
    }),
  );
  if (entries.some((entry) => entry.state === 'sending' && !failed.includes(entry)))
    throw new PartitionUnknown();
  return failed;
}

/** Messages of one partition are put into the log in the order they were sent, without gaps. */
function note(entries: readonly Entry[], written: readonly RecordMetadata[]): void {
  for (const { partition, baseOffset } of written) {
    const own = entries.filter((entry) => entry.partition === partition);
    own.forEach((entry, index) => {
      entry.state = 'in the log';
      if (baseOffset !== undefined) entry.offset = BigInt(baseOffset) + BigInt(index);
    });
  }
}
