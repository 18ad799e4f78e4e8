import type { Changes } from '../platform/changes/changes';
import type { Clock } from '../platform/clock';
import type { Database, Sql } from '../platform/database/database';
import { isRefusedForGood } from '../platform/database/failures';
import type { BatchResult, Outcome, SourceBatch } from '../platform/source/source';
import { isTopic, type ParsedMessage, type Topic } from './messages/topics';
import { lockPartition, storedOffset, storeOffset } from './offsets';
import { type ParsedBatch, parseBatch, type ParsedEntry } from './parse-batch';
import { type Applied, NOTHING_CHANGED, type Projection } from './projections/projection';
import type { Projections } from './projections/registry';

export interface BatchApplierOptions {
  readonly database: Database;
  readonly projections: Projections;
  readonly changes: Changes;
  readonly clock: Clock;
}

/** A transaction takes no more than this, so that readers and other writers are not held up by a long one. */
const MESSAGES_PER_TRANSACTION = 5_000;

/** Messages to be committed together, and where reading goes on once they are. */
interface Part {
  readonly entries: readonly ParsedEntry[];
  readonly nextOffset: bigint;
}

/**
 * Takes batches from bytes to committed rollups: parse → set aside what can never be stored → one transaction
 * (effects and offset) → say what changed.
 *
 * @returns begins a batch; what it returns is one attempt at it, to be repeated until it resolves. It rejects when the
 *   database or the broker is away. What an attempt has achieved the next one does not do again.
 */
export function createBatchApplier(
  options: BatchApplierOptions,
): (batch: SourceBatch) => () => Promise<BatchResult> {
  return (batch) => {
    if (!isTopic(batch.topic)) throw new Error(`Nobody has asked for the topic ${batch.topic}.`);
    const run = new BatchRun(options, batch, batch.topic);
    return () => run.attempt();
  };
}

/** One batch on its way into the database. */
class BatchRun {
  private readonly outcomes: (Outcome | undefined)[];
  private readonly projection: Projection<ParsedMessage>;
  private parsed: ParsedBatch | undefined;
  private isLogRecreated = false;
  private hasFailed = false;

  constructor(
    private readonly options: BatchApplierOptions,
    private readonly batch: SourceBatch,
    private readonly topic: Topic,
  ) {
    this.outcomes = batch.messages.map(() => undefined);
    this.projection = options.projections[topic];
  }

  async attempt(): Promise<BatchResult> {
    try {
      const stored = await this.whereWeStand();
      const first = this.batch.messages[0]?.offset;
      if (stored !== undefined && first !== undefined && this.isBehind(stored, first)) {
        return { kind: 'rewind', offset: stored };
      }
      // Read once: a message that was refused for the time of day must not be taken a minute later, nor the reverse.
      this.parsed ??= parseBatch(this.topic, this.batch.messages, this.options.clock.now());
      await this.setAsideRejected(this.parsed, stored ?? 0n);
      for (const part of partsOf(this.parsed.entries, this.batch)) await this.apply(part);
    } catch (error) {
      this.hasFailed = true;
      throw error;
    }
    // An attempt may have committed without hearing of it; then what it changed has not been announced.
    if (this.hasFailed) this.options.changes.announceEverything();
    return { kind: 'done', outcomes: this.outcomes.map((outcome) => outcome ?? { kind: 'skipped' }) };
  }

  /**
   * The partition's stored offset; undefined for a source that keeps none.
   *
   * When a partition was just given to us, Kafka may believe that more was applied than was: the database came from a
   * backup, or is new. Then reading goes back to where the database stands. An offset beyond the end of the log, on
   * the other hand, belongs to a log that is gone: the topic was deleted and made anew, and is applied from its start.
   * A worker that is no longer the partition's own would see the same, so that is asked first.
   */
  private async whereWeStand(): Promise<bigint | undefined> {
    const { position } = this.batch;
    if (position === undefined) return undefined;
    const stored = (await storedOffset(this.options.database, position)) ?? 0n;
    if (position.isFirst && stored > position.highWatermark && !this.isLogRecreated) {
      await this.batch.keepAlive();
      this.isLogRecreated = true;
    }
    return this.isLogRecreated ? 0n : stored;
  }

  /** Only a first batch is held against the offset; after that gaps are those that a log has. */
  private isBehind(stored: bigint, first: bigint): boolean {
    return this.batch.position?.isFirst === true && !this.isLogRecreated && stored < first;
  }

  /**
   * Before the offset moves past them: a worker that dies in between sets them aside twice rather than never. What
   * lies behind the offset has been dealt with.
   */
  private async setAsideRejected({ rejected }: ParsedBatch, from: bigint): Promise<void> {
    const pending = rejected.filter(
      ({ index }) => this.outcomes[index] === undefined && this.offsetOf(index) >= from,
    );
    if (pending.length === 0) return;
    await this.batch.setAside(
      pending.map(({ index, reason }) => ({ message: this.batch.messages[index]!, reason })),
    );
    for (const { index, reason } of pending) this.outcomes[index] = { kind: 'rejected', reason };
  }

  private offsetOf(index: number): bigint {
    return this.batch.position === undefined ? 0n : this.batch.messages[index]!.offset;
  }

  /** A message that the database refuses is found by halving and set aside; those around it are applied. */
  private async apply(part: Part): Promise<void> {
    try {
      await this.commit(part);
    } catch (error) {
      if (!isRefusedForGood(error)) throw error;
      const [only] = part.entries;
      if (only !== undefined && part.entries.length === 1) await this.refuse(only, part.nextOffset);
      else for (const half of halves(part)) await this.apply(half);
    }
  }

  private async refuse({ index }: ParsedEntry, nextOffset: bigint): Promise<void> {
    const reason = 'the database cannot hold it: a sum would leave the range of 64 bits';
    await this.batch.setAside([{ message: this.batch.messages[index]!, reason }]);
    await this.commit({ entries: [], nextOffset });
    this.outcomes[index] = { kind: 'rejected', reason };
  }

  private async commit(part: Part): Promise<void> {
    const { database, clock, changes } = this.options;
    const { entries, applied } = await database.transaction(async (sql) => {
      const pending = await this.enter(sql, part);
      const messages = pending.map((entry) => entry.message);
      const effects: Applied =
        messages.length === 0
          ? { changed: [], ...NOTHING_CHANGED }
          : await this.projection.apply(sql, messages, clock.now());
      return { entries: pending, applied: effects };
    });
    entries.forEach(({ index }, position) => {
      this.outcomes[index] = { kind: applied.changed[position] ? 'applied' : 'duplicate' };
    });
    changes.announce(applied);
  }

  /** Locks the partition, moves its offset, and leaves of the part what nobody has dealt with before. */
  private async enter(sql: Sql, { entries, nextOffset }: Part): Promise<readonly ParsedEntry[]> {
    const { position } = this.batch;
    // A source without offsets relies on what this run remembers of its earlier attempts.
    if (position === undefined) return entries.filter(({ index }) => this.outcomes[index] === undefined);
    const stored = await lockPartition(sql, position);
    const from = this.isLogRecreated && stored > position.highWatermark ? 0n : stored;
    if (nextOffset > from) await storeOffset(sql, position, nextOffset);
    return entries.filter((entry) => entry.offset >= from);
  }
}

function partsOf(entries: readonly ParsedEntry[], { position }: SourceBatch): readonly Part[] {
  const end = position?.nextOffset ?? 0n;
  if (entries.length === 0) return position === undefined ? [] : [{ entries, nextOffset: end }];
  const starts = Array.from(
    { length: Math.ceil(entries.length / MESSAGES_PER_TRANSACTION) },
    (_, part) => part * MESSAGES_PER_TRANSACTION,
  );
  return starts.map((start) => slice({ entries, nextOffset: end }, start, start + MESSAGES_PER_TRANSACTION));
}

function halves(part: Part): readonly Part[] {
  const middle = part.entries.length >> 1;
  return [slice(part, 0, middle), slice(part, middle, part.entries.length)];
}

function slice({ entries, nextOffset }: Part, start: number, end: number): Part {
  return { entries: entries.slice(start, end), nextOffset: entries[end]?.offset ?? nextOffset };
}
