import type { Database } from '../../database/database';
import { claimLetters } from '../../database/dead-letters/outbox';
import { createFaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import type { DeadLetterTopic } from '../../messaging/source/dead-letter-topic';
import { pauseMs } from '../../runtime/backoff';
import type { PersonDigests } from '../projections/person-digests';
import { catchUp } from './catch-up';
import { SENDING_BACKOFF, deliver, NotDelivered } from './delivery';

export interface TopicSenderOptions {
  readonly database: Database;
  /** The topic whose dead letters are sent, as the broker knows it. */
  readonly topic: string;
  readonly target: DeadLetterTopic;
  /** Stand for people who were erased; undefined: nobody can be. */
  readonly digests: PersonDigests | undefined;
  readonly log: Logger;
  /** How long a claim keeps other processes from sending the same letters. */
  readonly leaseMs?: number;
}

/** Sends the dead letters of one topic. */
export interface TopicSender {
  /** Sends what is due; does nothing while it is sending, or before its pause after a failure is over. */
  send(): void;
  /** Begins no further send. Resolves when the one under way is over. */
  stop(): Promise<void>;
}

/**
 * Longer than a request that was begun in time can take, and than a broker waits for replicas that lag: when it is over,
 * the claimed letters are in the log, or never will be.
 */
const LEASE_MS = 45_000;
/** What one request carries; a broker looks at the size of the whole, not of each letter. */
const REQUEST_LIMITS = { letters: 500, bytes: 512 * 1024 };
/** A request is begun within this share of the lease, or not at all. */
const BEGIN_WITHIN = 0.2;

export function createTopicSender({
  database,
  topic,
  target,
  digests,
  log,
  leaseMs = LEASE_MS,
}: TopicSenderOptions): TopicSender {
  const faults = createFaultLog(
    log,
    { begins: 'dead letters cannot be sent; trying until they can', ends: 'dead letters are sent again' },
    { topic: target.name },
  );
  let running: Promise<void> | undefined;
  let failures = 0;
  let notBefore = -Infinity;
  let isUnsure = false;
  let isStopping = false;

  async function sendAll(): Promise<void> {
    try {
      while (!isStopping && (await sendSome())) failures = 0;
      faults.worked();
    } catch (error) {
      if (isStopping) return;
      isUnsure ||= error instanceof NotDelivered && error.isUnsure;
      failures += 1;
      notBefore = performance.now() + pauseMs(SENDING_BACKOFF, failures);
      faults.failed(error);
    }
  }

  /** @returns whether there may be more */
  async function sendSome(): Promise<boolean> {
    const known = await catchUp({ database, topic, target, digests }, isUnsure);
    isUnsure = false;
    // By this clock a process that was frozen for longer than the lease finds it over when it goes on.
    const asked = performance.now();
    const letters = await claimLetters(database, topic, known, REQUEST_LIMITS, leaseMs);
    const [first] = letters;
    if (first === undefined) return false;
    const partition = first.partition % known.size;
    const mayBegin = (): boolean => !isStopping && performance.now() - asked < leaseMs * BEGIN_WITHIN;
    await deliver({ database, target, log, partition, known: known.get(partition) ?? 0n, mayBegin }, letters);
    return true;
  }

  return {
    send() {
      if (running !== undefined || isStopping || performance.now() < notBefore) return;
      running = sendAll().finally(() => (running = undefined));
    },
    async stop() {
      isStopping = true;
      await running;
    },
  };
}
