import type { ChangePublisher } from '../messaging/changes/change-publisher';
import type { Clock } from '../runtime/clock';
import type { Database, Sql } from '../database/database';
import { recordDeadLetters } from '../database/dead-letters';
import { isRefusedForGood } from '../database/failures';
import { isSameMark, markOf, type RecordMark, type StoredOffset } from '../messaging/source/offset-fence';
import type { BatchResult, Outcome, RejectedMessage, SourceBatch } from '../messaging/source/source';
import type { Instant } from '../domain/values';
import { halves, type Part, type ParsedEntry, partsOf, pendingFrom } from './batch-part';
import { rejected, type Rejection } from './messages/rejection';
import { isTopic, type ParsedMessage, type Topic } from './messages/topics';
import { lockPartition, moveOffset, storeOffset } from './offsets';
import { type AppliedMessages, applyMessages } from './projections/apply-messages';
import type { Projection } from './projections/projection';
import type { Projections } from './projections/registry';

export interface BatchApplierOptions {
  readonly database: Database;
  readonly projections: Projections;
  readonly changePublisher: Pick<ChangePublisher, 'publish' | 'publishFullChange'>;
  readonly clock: Clock;
}

/**
 * Takes batches from bytes to committed rollups: parse → one transaction (offset fence, effects, dead letters) → say
 * what changed.
 *
 * @returns begins a batch; what it returns is one attempt at it, to be repeated until it resolves. It rejects when the
 *   database is away. What an attempt has achieved the next one does not do again.
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

/** The stored offset is not where this worker left it: the database has gone back, or somebody else goes on. */
class RowMoved extends Error {
  constructor(readonly storedOffset: bigint) {
    super(`The database stands at offset ${storedOffset}, where this worker has not left it.`);
  }
}

/** One batch on its way into the database. */
class BatchRun {
  private readonly outcomes: (Outcome | undefined)[];
  private readonly projection: Projection<ParsedMessage>;
  /** As of when its messages are parsed: one that was refused for the time of day must not be taken a minute later. */
  private parsedAs: Instant | undefined;
  /** Where this worker has left the row. */
  private applied: bigint;
  private record: RecordMark | undefined;
  private hasFailed = false;

  constructor(
    private readonly options: BatchApplierOptions,
    private readonly batch: SourceBatch,
    private readonly topic: Topic,
  ) {
    this.outcomes = batch.messages.map(() => undefined);
    this.projection = options.projections[topic];
    this.applied = batch.position?.applied ?? 0n;
    this.record = batch.position?.record;
  }

  async attempt(): Promise<BatchResult> {
    this.parsedAs ??= this.options.clock.now();
    try {
      for (const part of partsOf(this.topic, this.batch, this.parsedAs)) await this.apply(part);
    } catch (error) {
      if (error instanceof RowMoved) return { kind: 'rewind', offset: error.storedOffset };
      this.hasFailed = true;
      throw error;
    }
    // An attempt may have committed without hearing of it; then what it changed has not been announced.
    if (this.hasFailed) this.options.changePublisher.publishFullChange();
    return { kind: 'done', outcomes: this.outcomes.map((outcome) => outcome ?? SKIPPED) };
  }

  /** A message that the database refuses is found by halving and becomes a dead letter; those around it are applied. */
  private async apply(part: Part): Promise<void> {
    try {
      await this.commit(part);
    } catch (error) {
      if (!isRefusedForGood(error)) throw error;
      const [only] = part.entries;
      if (only === undefined) throw error;
      if (part.entries.length === 1)
        await this.commit({ ...part, entries: [{ ...only, parsed: CANNOT_BE_HELD }] });
      else for (const half of halves(part)) await this.apply(half);
    }
  }

  private async commit(part: Part): Promise<void> {
    const { database, changePublisher } = this.options;
    const { pending, applied } = await database.transaction(async (sql) => {
      const unseen = await this.passFence(sql, part);
      return { pending: unseen, applied: await this.writeEffects(sql, unseen) };
    });
    const last = part.entries.at(-1);
    if (this.batch.position !== undefined && last !== undefined) {
      this.applied = part.nextOffset;
      this.record = markOf(last.source);
    }
    this.remember(pending, applied);
    changePublisher.publish(applied.change);
  }

  /**
   * Locks the partition, moves its offset, and leaves of the part what nobody has dealt with before.
   *
   * Every batch is held against the row, its record included. The database may go back at any moment (a fail-over to a
   * standby that lags, a restore), and somebody else may have gone on, perhaps with another log than this batch is of.
   * Then nothing is written, and the partition is taken over anew.
   */
  private async passFence(sql: Sql, { entries, nextOffset }: Part): Promise<readonly ParsedEntry[]> {
    const { position } = this.batch;
    // A source without offsets relies on what this run remembers of its earlier attempts.
    if (position === undefined) return entries.filter(({ index }) => this.outcomes[index] === undefined);
    const last = entries.at(-1);
    const left = { nextOffset: this.applied, record: this.record };
    if (last !== undefined && nextOffset > left.nextOffset) {
      if (await moveOffset(sql, position, left, nextOffset, markOf(last.source)))
        return pendingFrom(left.nextOffset, entries);
    }
    const stored = await lockPartition(sql, position);
    if (!this.isWhereItWasLeft(stored)) throw new RowMoved(stored.nextOffset);
    if (last !== undefined && nextOffset > stored.nextOffset) {
      await storeOffset(sql, position, nextOffset, markOf(last.source));
    }
    return pendingFrom(stored.nextOffset, entries);
  }

  /** A row that is marked by a record of this batch was moved by a commit of which nobody heard. */
  private isWhereItWasLeft({ nextOffset, record }: StoredOffset): boolean {
    if (nextOffset === this.applied && isSameMark(record, this.record)) return true;
    if (record === undefined || nextOffset < this.applied) return false;
    const marked = this.batch.messages.find(({ offset }) => offset === record.offset);
    return marked !== undefined && isSameMark(record, markOf(marked));
  }

  /** Effects and dead letters in the transaction that moves the offset past them: each exists exactly once. */
  private async writeEffects(sql: Sql, pending: readonly ParsedEntry[]): Promise<AppliedMessages> {
    const { clock } = this.options;
    const { position } = this.batch;
    const letters: RejectedMessage[] = [];
    const messages: ParsedMessage[] = [];
    for (const { source, parsed } of pending) {
      if (parsed.kind === 'rejected') letters.push({ message: source, reason: parsed.reason });
      else messages.push(parsed);
    }
    // Without a log to keep it from, whoever handed the message over hears of it by its outcome.
    if (position !== undefined && letters.length > 0)
      await recordDeadLetters(sql, position, letters, clock.now());
    if (messages.length === 0) return { changed: [], change: { events: [], stores: [] } };
    return applyMessages(sql, this.projection, messages, clock.now());
  }

  private remember(pending: readonly ParsedEntry[], { changed }: AppliedMessages): void {
    let place = 0;
    for (const { index, parsed } of pending) {
      if (parsed.kind === 'rejected') this.outcomes[index] = parsed;
      else this.outcomes[index] = changed[place++] ? APPLIED : DUPLICATE;
    }
  }
}

const APPLIED: Outcome = { kind: 'applied' };
const DUPLICATE: Outcome = { kind: 'duplicate' };
const SKIPPED: Outcome = { kind: 'skipped' };
const CANNOT_BE_HELD: Rejection = rejected(
  'the database cannot hold it: a sum would leave the range of 64 bits',
);
