import type {
  SqlDriverAdapter,
  SqlMigrationAwareDriverAdapterFactory,
  SqlQueryable,
} from '@prisma/driver-adapter-utils';
import type { z } from 'zod';

/** One connection to a database: what is sent by it is done in order, and in the transaction that is open on it. */
export interface MigrationSession {
  /** This very connection and no other, not even after it was lost. */
  readonly connection: SqlQueryable;
  /** Sends statements in one message. @throws what the driver throws */
  readonly run: (script: string) => Promise<void>;
}

/** A session that remembers what failed first: the engine tells of what failed last, after the transaction was aborted. */
export interface WatchedSession extends MigrationSession {
  readonly adapter: SqlDriverAdapter;
  firstFailure: unknown;
  /** What takes the place of running a migration's script at once. */
  runScript: (script: string) => Promise<void>;
}

export function watch({ connection, run }: MigrationSession): WatchedSession {
  const watched: WatchedSession = {
    connection,
    firstFailure: undefined,
    run,
    runScript: run,
    adapter: {
      provider: connection.provider,
      adapterName: connection.adapterName,
      queryRaw: (query) => noted(connection.queryRaw(query)),
      executeRaw: (query) => noted(connection.executeRaw(query)),
      executeScript: (script) => noted(watched.runScript(script)),
      startTransaction: () => Promise.reject(new Error('A migration is in a transaction already.')),
      getConnectionInfo: () => ({ supportsRelationJoins: true }),
      // It belongs to who opened it.
      dispose: () => Promise.resolve(),
    },
  };
  async function noted<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      watched.firstFailure ??= error;
      throw error;
    }
  }
  return watched;
}

/** For the engine, which wants to connect by itself. */
export function factoryOf({ adapter }: WatchedSession): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    connect: () => Promise.resolve(adapter),
    connectToShadowDb: () => Promise.reject(new Error('A migration at start needs no shadow database.')),
  };
}

/** The rows of a query, their columns in order. */
export async function rowsOf<Row>(
  { connection }: MigrationSession,
  row: z.ZodType<Row>,
  sql: string,
): Promise<Row[]> {
  const { rows } = await connection.queryRaw({ sql, args: [], argTypes: [] });
  return rows.map((found) => row.parse(found));
}
