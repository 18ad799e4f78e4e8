import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';

/** One connection to a database: what is sent by it is done in order, and in the transaction that is open on it. */
export interface MigrationSession {
  /** Over this very connection and no other, not even after it was lost. */
  readonly adapter: SqlDriverAdapter;
  /** Sends statements in one message. @throws what the driver throws */
  readonly run: (script: string) => Promise<void>;
}

/** A session that remembers what failed first: the engine tells of what failed last, after the transaction was aborted. */
export interface WatchedSession extends MigrationSession {
  firstFailure: unknown;
  /** What takes the place of running a migration's script at once. */
  runScript: (script: string) => Promise<void>;
}

export function watch({ adapter, run }: MigrationSession): WatchedSession {
  const watched: WatchedSession = {
    firstFailure: undefined,
    run,
    runScript: run,
    adapter: {
      provider: adapter.provider,
      adapterName: adapter.adapterName,
      queryRaw: (query) => noted(adapter.queryRaw(query)),
      executeRaw: (query) => noted(adapter.executeRaw(query)),
      executeScript: (script) => noted(watched.runScript(script)),
      startTransaction: (isolation) => adapter.startTransaction(isolation),
      getConnectionInfo: () => adapter.getConnectionInfo?.() ?? { supportsRelationJoins: true },
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
export function factoryOf({ adapter }: MigrationSession): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    connect: () => Promise.resolve(adapter),
    connectToShadowDb: () => Promise.reject(new Error('A migration at start needs no shadow database.')),
  };
}
