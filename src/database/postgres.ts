import { PrismaPg } from '@prisma/adapter-pg';
import { type ClientConfig, Pool } from 'pg';
import type { Logger } from '../observability/log';
import { type AvailabilityListener, watchConnections } from './connections/connection-watch';
import { type Connections, createConnections } from './connections/connections';
import { type Database, openDatabase } from './database';
import type { Distribution } from './distribution/distribute';
import { createHeartbeat } from './connections/heartbeat';
import { migratePostgres } from './migrations/migrate-postgres';
import { preparedName } from './prepared';
import { LIMIT_OF_LOCKS, LIMITS, type Purpose, session } from './connections/sessions';
import type { StatementListener } from './statement-log';

export interface PostgresOptions extends Partial<AvailabilityListener> {
  readonly url: string;
  /**
   * Left out it is migrated first. A command that only looks leaves it as it is: it may be of a later release than the service.
   */
  readonly migrates?: false | undefined;
  /** The most connections at a time, that of the heartbeat included; three at least are needed. */
  readonly poolSize: number;
  /** How the tables are distributed. */
  readonly distribution?: Distribution;
  /** What the connections are mostly for; both when left out. */
  readonly serves?: 'readers' | 'workers';
  /** Told when the migrations have to wait, and which were applied. */
  readonly log?: Logger | undefined;
  readonly onStatement?: StatementListener | undefined;
}

/** A reader waits no longer than this in all; the rest of three seconds is for everything else. */
const READ_WITHIN_MS = 2_750;

/**
 * Opens a PostgreSQL server: migrates it unless told otherwise, then serves from a pool for readers and another for workers, so that neither
 * waits for a connection because of the other, and watches whether it can be asked.
 *
 * @throws when it cannot be reached
 */
export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const { url, distribution, onAway = () => undefined, onBack = () => undefined, onStatement } = options;
  const sessionFor = (purpose: Purpose): ClientConfig => session(url, purpose, distribution);
  if (options.migrates !== false)
    await migratePostgres({ connection: sessionFor('taking its time'), log: options.log, distribution });
  const shares = sharesOf(options);
  const lost = (error: Error): void => watch.failed(error);
  const reading = openPool(sessionFor('reading'), 'reading', shares.reading, lost);
  const working = openPool(sessionFor('working'), 'working', shares.working, lost);
  const pools = [reading, working];
  const heartbeat = createHeartbeat(url);
  const watch = await watchConnections({ heartbeat, pools, onAway, onBack });
  return openDatabase({
    adapter: new PrismaPg(reading.pool, { statementNameGenerator: preparedName }),
    remote: {
      ...watch,
      workAdapter: new PrismaPg(working.pool, { statementNameGenerator: preparedName }),
      beginsWith: distribution === 'citus' ? LIMIT_OF_LOCKS : undefined,
      openAtLength: () => openAtLength(sessionFor('taking its time')),
      readWithinMs: READ_WITHIN_MS,
    },
    onStatement,
    isDistributed: distribution !== undefined,
    async release() {
      watch.stop();
      await Promise.all(pools.map((pool) => pool.close()));
    },
  });
}

/** One connection is the heartbeat's. A worker's few reads for readers' sake take one more. */
function sharesOf({ poolSize, serves }: PostgresOptions): { reading: number; working: number } {
  const shared = Math.max(poolSize - 1, 2);
  if (serves === 'readers') return { reading: shared, working: 1 };
  if (serves === 'workers') return { reading: 1, working: shared - 1 };
  // Transactions hold theirs for longer than reads do.
  return { reading: Math.floor(shared / 2), working: Math.ceil(shared / 2) };
}

function openPool(
  config: ClientConfig,
  purpose: Purpose,
  max: number,
  onLost: (error: Error) => void,
): Connections {
  return createConnections({
    session: config,
    max,
    silenceMs: LIMITS[purpose].silenceMs,
    onLost,
  });
}

/** A connection of its own, to be closed when it is done with. */
function openAtLength(config: ClientConfig) {
  const pool = new Pool({ ...config, max: 1 });
  pool.on('connect', (client) => void client.on('error', () => undefined));
  // Told by the statement that fails.
  pool.on('error', () => undefined);
  return { adapter: new PrismaPg(pool), close: () => pool.end() };
}
