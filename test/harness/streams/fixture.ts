import { createBulkhead } from '../../../src/auth/bulkhead';
import type { Viewer } from '../../../src/auth/viewer';
import { AppError } from '../../../src/errors';
import { vocabulary } from '../../../src/composition/vocabulary';
import { loadConfig } from '../../../src/config';
import { createContextFor, createExecute, SERVICE } from '../../../src/gateway/execute';
import { createLoopScheduler } from '../../../src/gateway/operations/loop-scheduler';
import { createBusinessCalendar } from '../../../src/domain/calendar';
import { createInProcessCache } from '../../../src/cache/in-process';
import { createChangePublisher } from '../../../src/messaging/changes/change-publisher';
import type { Clock } from '../../../src/runtime/clock';
import type { Database } from '../../../src/database/database';
import { createLogger } from '../../../src/observability/log';
import { markOf } from '../../../src/messaging/source/offset-fence';
import type { BatchPosition, BatchResult, SourceBatch } from '../../../src/messaging/source/source';
import { createInProcessNotifications } from '../../../src/messaging/notifications/in-process';
import { buildSchema } from '../../../src/resolvers/build-schema';
import { createDashboardAssembler } from '../../../src/rest/assemble-dashboard';
import type { EventId, Instant, StoreId } from '../../../src/domain/values';
import { createBatchApplier } from '../../../src/workers/apply-batch';
import { refreshIndustries } from '../../../src/workers/industry';
import { settleEvents } from '../../../src/workers/settling';
import { createMessageReader } from '../../../src/workers/messages/shapes/reader';
import type { PersonDigests } from '../../../src/workers/projections/person-digests';
import { createProjections } from '../../../src/workers/projections/registry';
import { TEST_DIGESTS } from '../digests';
import { ZONE } from '../oracle/moments';
import { batchOf } from './batches';
import { tablesIn } from './stored';

/** Takes a batch as a consumer does. */
export type Apply = (batch: SourceBatch) => Promise<BatchResult>;

/** The write side and the read side over one database, called directly. */
export interface StreamFixture {
  readonly apply: Apply;
  /** Applies values as the next batch of their topic's log, of partition 0 when left out. */
  append(topic: string, values: readonly object[], partition?: number): Promise<BatchResult>;
  /** Deletes everything but the schema. */
  reset(): Promise<void>;
  /** Refreshes the industry averages as a worker would now. */
  refreshIndustries(): Promise<unknown>;
  /** Refreshes them unless they are younger. @returns whether it did */
  refreshIndustriesOlderThan(ageMs: number): Promise<boolean>;
  /** Settles events as a worker would now. @returns how many */
  settleEvents(): Promise<number>;
  /**
   * REST's answer without lastUpdated and cacheStatus; null for an event that is not defined or that the reader may not
   * read.
   *
   * @param stores the stores that the reader may read; when left out, the answer that is cached for all
   */
  dashboard(eventId: string, stores?: readonly string[]): Promise<string | null>;
}

/** @param digests those of the tests when left out; undefined as by a worker without the key */
export function createStreamFixture(
  database: Database,
  clock: Clock,
  { digests }: { readonly digests: PersonDigests | undefined } = { digests: TEST_DIGESTS },
): StreamFixture {
  const calendar = createBusinessCalendar(ZONE);
  const changePublisher = createChangePublisher({
    cache: createInProcessCache(),
    notifications: createInProcessNotifications(),
    movedLately: () => Promise.resolve([]),
    log: createLogger({ level: 'silent' }),
  });
  const assemble = createDashboardAssembler(
    createExecute({
      schema: schema(),
      contextFor: createContextFor({ database, calendar, clock, industryRefreshMs: 300_000 }),
      bulkhead: createBulkhead(loadConfig({}, vocabulary).limits.shares),
      scheduler: createLoopScheduler(),
    }),
  );
  const begin = createBatchApplier({
    database,
    projections: createProjections(calendar, digests),
    digests,
    readMessage: createMessageReader(new Map()),
    changePublisher,
    clock,
  });
  let tables: string[] | undefined;
  const left = new Map<string, Pick<BatchPosition, 'applied' | 'record'>>();
  return {
    apply: (batch) => begin(batch)(),
    async append(topic, values, partition = 0) {
      const log = `${topic}/${partition}`;
      const { applied, record } = left.get(log) ?? { applied: 0n, record: undefined };
      const batch = batchOf(topic, values, {
        from: Number(applied),
        position: { partition, applied, record },
      });
      const result = await begin(batch)();
      left.set(log, { applied: applied + BigInt(values.length), record: markOf(batch.messages.at(-1)!) });
      return result;
    },
    async reset() {
      left.clear();
      tables ??= await tablesIn(database);
      await database.execute(`TRUNCATE ${tables.join(', ')}`);
    },
    refreshIndustries: () => refreshIndustries({ database, calendar, clock }, Infinity as Instant),
    refreshIndustriesOlderThan: (ageMs) =>
      refreshIndustries({ database, calendar, clock }, (clock.now() - ageMs) as Instant),
    settleEvents: () => settleEvents({ database, calendar, clock }),
    async dashboard(eventId, stores) {
      try {
        const { body } = await assemble(eventId as EventId, { viewer: stores ? readerOf(stores) : SERVICE });
        return withoutReceipt(body.hit.toString());
      } catch (error) {
        if (error instanceof AppError && ['EVENT_NOT_FOUND', 'FORBIDDEN'].includes(error.code)) return null;
        throw error;
      }
    },
  };
}

const readerOf = (stores: readonly string[]): Viewer => ({
  subject: 'somebody',
  storeIds: new Set(stores.map((store) => store as StoreId)),
  isAdmin: false,
  expiresAt: Infinity as Instant,
});

let built: ReturnType<typeof buildSchema> | undefined;

/** Once for the process: its types are registered when their modules load. */
function schema(): ReturnType<typeof buildSchema> {
  built ??= buildSchema();
  return built;
}

const RECEIPT = /,"lastUpdated":"[^"]*","cacheStatus":"HIT"\}$/;

function withoutReceipt(body: string): string {
  if (!RECEIPT.test(body)) throw new Error('A dashboard must end with lastUpdated and cacheStatus.');
  return body.replace(RECEIPT, '}');
}
