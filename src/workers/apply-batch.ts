import type { Change, ChangePublisher } from '../messaging/changes/change-publisher';
import type { Clock } from '../runtime/clock';
import type { Database, Sql } from '../database/database';
import { recordDeadLetters } from '../database/dead-letters/rejected';
import { isInvalidData } from '../database/failures';
import { isSameMark, markOf, type StoredOffset } from '../messaging/source/offset-fence';
import type {
  BatchPosition,
  BatchResult,
  Outcome,
  RejectedMessage,
  SourceBatch,
  RecordMark,
} from '../messaging/source/source';
import type { Instant } from '../domain/values';
import {
  halves,
  type ParsedEntry,
  pendingFrom,
  type TransactionBatch,
  transactionBatchesOf,
} from './transaction-batch';
import { rejected, type Rejection } from './messages/rejection';
import type { MessageReader } from './messages/shapes/reader';
import { isTopic, type ParsedMessage, type Topic } from './messages/topics';
import { lockPartition, moveOffset, storeOffset } from '../database/offsets';
import { type AppliedMessages, applyAhead, applyMessages } from './projections/apply-messages';
import { emptyLettersOfErased, emptyRequestsBefore, textsOf } from './projections/erased-people';
import type { PersonDigests } from './projections/person-digests';
import type { Projection } from './projections/projection';
import type { Projections } from './projections/registry';

export interface BatchApplierOptions {
  readonly database: Database;
  readonly projections: Projections;
  readonly readMessage: MessageReader;
  /** Stand for people who were erased; undefined: nobody can be. */
  readonly digests: PersonDigests | undefined;
  readonly changePublisher: Pick<ChangePublisher, 'publish' | 'publishFullChange'>;
  readonly clock: Clock;
}

/**
 * Takes batches from bytes to committed rollups: parse → one transaction (offset fence, effects, dead letters) → publish
 * the change.
 *
 * @returns begins a batch; what it returns is one attempt at it, to be repeated until it resolves. It rejects when the
 *   database is away. The next attempt does not repeat what an attempt has committed.
 */
export function createBatchApplier(
  options: BatchApplierOptions,
): (batch: SourceBatch) => () => Promise<BatchResult> {
  return (batch) => {
    if (!isTopic(batch.topic)) throw new Error(`There is no projection for the topic ${batch.topic}.`);
    const application = new BatchApplication(options, batch, batch.topic);
    return () => application.attempt();
  };
}

/** The stored offset is not where this worker left it: the database went back, or another worker moved it. */
class OffsetMoved extends Error {
  constructor(readonly storedOffset: bigint) {
    super(`The stored offset is ${storedOffset}, which is not where this worker left it.`);
  }
}

/** One batch of the source over all attempts to apply it. */
class BatchApplication {
  private readonly outcomes: (Outcome | undefined)[];
  private readonly projection: Projection<ParsedMessage>;
  /** When its messages are parsed, for all attempts: one that is rejected for its date must not be applied a minute later. */
  private parsedAt: Instant | undefined;
  /** The stored offset as this worker left it. */
  private applied: bigint;
  private record: RecordMark | undefined;
  private hasFailed = false;

  constructor(
    private readonly options: BatchApplierOptions,
    private readonly source: SourceBatch,
    private readonly topic: Topic,
  ) {
    this.outcomes = source.messages.map(() => undefined);
    this.projection = options.projections[topic];
    this.applied = source.position?.applied ?? 0n;
    this.record = source.position?.record;
  }

  async attempt(): Promise<BatchResult> {
    this.parsedAt ??= this.options.clock.now();
    try {
      const { readMessage } = this.options;
      for (const batch of transactionBatchesOf(this.topic, this.source, readMessage, this.parsedAt))
        await this.apply(batch);
    } catch (error) {
      if (error instanceof OffsetMoved) return { kind: 'rewind', offset: error.storedOffset };
      this.hasFailed = true;
      throw error;
    }
    // A failed attempt may have committed without an answer; then its change has not been published.
    if (this.hasFailed) this.options.changePublisher.publishFullChange();
    return { kind: 'done', outcomes: this.outcomes.map((outcome) => outcome ?? SKIPPED) };
  }

  /** A message that the database can never store is found by halving and becomes a dead letter; the others are applied. */
  private async apply(batch: TransactionBatch): Promise<void> {
    try {
      await this.commit(batch);
    } catch (error) {
      if (!isInvalidData(error)) throw error;
      const [only] = batch.entries;
      if (only === undefined) throw error;
      if (batch.entries.length === 1)
        await this.commit({ ...batch, entries: [{ ...only, parsed: CANNOT_BE_STORED }] });
      else for (const half of halves(batch)) await this.apply(half);
    }
  }

  private async commit(batch: TransactionBatch): Promise<void> {
    const { database, changePublisher } = this.options;
    const ahead = await this.applyAhead(batch);
    const { pending, effects } = await database.transaction(async (sql) => {
      const unseen = await this.passFence(sql, batch);
      return { pending: unseen, effects: await this.writeEffects(sql, unseen, ahead) };
    });
    const last = batch.entries.at(-1);
    if (this.source.position !== undefined && last !== undefined) {
      this.applied = batch.nextOffset;
      this.record = markOf(last.source);
    }
    pending.forEach(({ index }, place) => (this.outcomes[index] = effects.outcomes[place]));
    changePublisher.publish(effects.change);
  }

  /**
   * What takes too long for one transaction is done before the offset moves: whatever happens to the batch then, it is done
   * at least once, and once more changes nothing.
   *
   * @returns the messages that have changed something by it
   */
  private async applyAhead({ entries }: TransactionBatch): Promise<ReadonlySet<ParsedMessage>> {
    const { database, clock } = this.options;
    const { projection } = this;
    if (projection.locks !== 'nothing') return new Set();
    const messages = pendingFrom(this.applied, entries).flatMap(({ parsed }) =>
      parsed.kind === 'rejected' ? [] : [parsed],
    );
    return applyAhead(database, projection, messages, clock.now());
  }

  /**
   * Locks the partition, moves its offset, and returns the messages that have not been applied before.
   *
   * Every batch is compared with the stored offset and its record. The database may go back at any moment (a fail-over
   * to a standby that lags, a restore), and another worker may have moved the offset, perhaps of another log than this
   * batch is of. Then nothing is written, and the partition is taken over anew.
   */
  private async passFence(
    sql: Sql,
    { entries, nextOffset }: TransactionBatch,
  ): Promise<readonly ParsedEntry[]> {
    const { position } = this.source;
    // A source without offsets relies on the outcomes of the earlier attempts.
    if (position === undefined) return entries.filter(({ index }) => this.outcomes[index] === undefined);
    const last = entries.at(-1);
    const left = { nextOffset: this.applied, record: this.record };
    if (last !== undefined && nextOffset > left.nextOffset) {
      if (await moveOffset(sql, position, left, nextOffset, markOf(last.source)))
        return pendingFrom(left.nextOffset, entries);
    }
    const stored = await lockPartition(sql, position);
    if (!this.isUnmoved(stored)) throw new OffsetMoved(stored.nextOffset);
    if (last !== undefined && nextOffset > stored.nextOffset) {
      await storeOffset(sql, position, nextOffset, markOf(last.source));
    }
    return pendingFrom(stored.nextOffset, entries);
  }

  /** An offset that is marked by a record of this batch was moved by our own commit whose answer was lost. */
  private isUnmoved({ nextOffset, record }: StoredOffset): boolean {
    if (nextOffset === this.applied && isSameMark(record, this.record)) return true;
    if (record === undefined || nextOffset < this.applied) return false;
    const marked = this.source.messages.find(({ offset }) => offset === record.offset);
    return marked !== undefined && isSameMark(record, markOf(marked));
  }

  /** Effects and dead letters in the transaction that moves the offset past them: each exists exactly once. */
  private async writeEffects(
    sql: Sql,
    pending: readonly ParsedEntry[],
    ahead: ReadonlySet<ParsedMessage>,
  ): Promise<Effects> {
    const { position } = this.source;
    const messages = pending.flatMap(({ parsed }) => (parsed.kind === 'rejected' ? [] : [parsed]));
    const applied = await this.applyWithin(sql, messages, ahead);
    const outcomes = outcomesOf(pending, applied);
    const letters = pending.flatMap(({ source }, place): RejectedMessage[] => {
      const outcome = outcomes[place]!;
      if (outcome.kind !== 'rejected') return [];
      const { reason, sealed = false } = outcome;
      return [{ message: source, reason, sealed }];
    });
    // A source without a log keeps no dead letters: its sender learns of a rejection by the outcome. Behind the messages, whose locks
    // come ahead of the one that keeps erasures out.
    if (position !== undefined && letters.length > 0) await this.reject(sql, position, letters, pending);
    return { outcomes, change: applied.change };
  }

  private async applyWithin(
    sql: Sql,
    messages: readonly ParsedMessage[],
    ahead: ReadonlySet<ParsedMessage>,
  ): Promise<AppliedMessages> {
    const { projection } = this;
    if (messages.length === 0) return NOTHING;
    if (projection.locks === 'nothing')
      return { ...NOTHING, changed: messages.map((message) => ahead.has(message)) };
    return applyMessages(sql, projection, messages, this.options.clock.now());
  }

  /** Somebody may have been erased whom a letter holds that comes late, or once more; on whatever topic it was sent. */
  private async reject(
    sql: Sql,
    position: BatchPosition,
    letters: readonly RejectedMessage[],
    pending: readonly ParsedEntry[],
  ): Promise<void> {
    const { clock, digests } = this.options;
    const { topic, partition } = position;
    const writtenAt = clock.now();
    await recordDeadLetters(sql, position, letters, writtenAt);
    const offsets = letters.map(({ message }) => message.offset);
    const written = { letters: { topic, partition, offsets }, texts: textsOf(letters), writtenAt };
    await emptyLettersOfErased(sql, digests, written);
    const requests = pending.flatMap(({ source: { offset }, parsed }) =>
      parsed.kind === 'participant.erased' ? [{ ...parsed, offset }] : [],
    );
    await emptyRequestsBefore(sql, requests, written);
  }
}

/** What a transaction did. */
interface Effects {
  /** Of each pending message, in its place. */
  readonly outcomes: readonly Outcome[];
  readonly change: Change;
}

/** Of those that were parsed, in their order, the projection says what became of each. */
function outcomesOf(
  pending: readonly ParsedEntry[],
  { changed, rejected }: AppliedMessages,
): readonly Outcome[] {
  let place = -1;
  return pending.map(({ parsed }) => {
    if (parsed.kind === 'rejected') return parsed;
    place += 1;
    return rejected.get(place) ?? (changed[place] ? APPLIED : DUPLICATE);
  });
}

const NOTHING: AppliedMessages = { changed: [], rejected: new Map(), change: { events: [], stores: [] } };
const APPLIED: Outcome = { kind: 'applied' };
const DUPLICATE: Outcome = { kind: 'duplicate' };
const SKIPPED: Outcome = { kind: 'skipped' };
const CANNOT_BE_STORED: Rejection = rejected(
  'the database cannot hold it: a sum would leave the range of 64 bits',
);
