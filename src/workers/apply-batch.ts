import type { Changes } from '../platform/changes/changes';
import type { Clock } from '../platform/clock';
import type { Database, Sql } from '../platform/database/database';
import { isRefusedForGood } from '../platform/database/failures';
import type { BatchPosition, BatchResult, Outcome, SourceBatch } from '../platform/source/source';
import { isTopic, type ParsedMessage, type Topic } from './messages/topics';
import { lockPartition, storedOffset, storeOffset } from './offsets';
import { parseBatch, type ParsedEntry } from './parse-batch';
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
 * Rejected messages are set aside before the offset moves past them: a worker that dies in between does it twice
 * rather than never. The returned function rejects when the database or the broker is away; the same batch may then be
 * tried again, here or elsewhere.
 */
export function createBatchApplier(
  options: BatchApplierOptions,
): (batch: SourceBatch) => Promise<BatchResult> {
  return async (batch) => {
    const gap = await gapBefore(options.database, batch);
    if (gap !== undefined) return { kind: 'rewind', offset: gap };
    if (!isTopic(batch.topic)) throw new Error(`Nobody has asked for the topic ${batch.topic}.`);
    const { entries, rejected } = parseBatch(batch.topic, batch.messages, options.clock.now());
    await batch.setAside(rejected.map(({ index, reason }) => ({ message: batch.messages[index]!, reason })));
    const run = new BatchRun(options, batch, batch.topic);
    for (const { index, reason } of rejected) run.outcomes[index] = { kind: 'rejected', reason };
    for (const part of partsOf(entries, batch)) await run.apply(part);
    return { kind: 'done', outcomes: run.outcomes };
  };
}

/** One batch on its way into the database. */
class BatchRun {
  readonly outcomes: Outcome[];
  private readonly projection: Projection<ParsedMessage>;

  constructor(
    private readonly options: BatchApplierOptions,
    private readonly batch: SourceBatch,
    topic: Topic,
  ) {
    this.outcomes = batch.messages.map(() => ({ kind: 'skipped' }));
    this.projection = options.projections[topic];
  }

  /** A message that the database refuses is found by halving and set aside; those around it are applied. */
  async apply(part: Part): Promise<void> {
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
    if (position === undefined) return entries;
    const stored = await lockPartition(sql, position);
    const from = isLogRecreated(stored, position) ? 0n : stored;
    if (nextOffset > from) await storeOffset(sql, position, nextOffset);
    return entries.filter((entry) => entry.offset >= from);
  }
}

/**
 * When a partition was just given to us, Kafka may believe that more was applied than was: the database came from a
 * backup, or is new. Then reading goes back to where the database stands.
 */
async function gapBefore(
  database: Database,
  { position, messages }: SourceBatch,
): Promise<bigint | undefined> {
  const first = messages[0]?.offset;
  if (position === undefined || !position.isFirst || first === undefined) return undefined;
  const stored = (await storedOffset(database, position)) ?? 0n;
  return stored < first ? stored : undefined;
}

/**
 * An offset beyond the end of the log belongs to a log that is gone: the topic was deleted and made anew. What the new
 * one holds is applied from its start; anything seen before changes nothing.
 */
function isLogRecreated(stored: bigint, { isFirst, highWatermark }: BatchPosition): boolean {
  return isFirst && stored > highWatermark;
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
