import type {
  SqlDriverAdapter,
  SqlMigrationAwareDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  Transaction,
} from '@prisma/driver-adapter-utils';
import type { DiskReserve } from './disk-reserve';
import { createMutex } from './mutex';

export interface EmbeddedAdapterOptions {
  /** The one connection, as it is now. @throws DatabaseUnavailable while there is none */
  readonly connection: () => SqlDriverAdapter;
  readonly reserve: DiskReserve;
}

/**
 * PGlite for Prisma. The adapter that is published for it reports a transaction as committed whose COMMIT failed, and
 * takes a single connection for one that others may use in between; this one keeps both promises, and writes nothing to a
 * disk that is full.
 */
export function createEmbeddedAdapter(
  options: EmbeddedAdapterOptions,
): SqlMigrationAwareDriverAdapterFactory {
  const adapter = createAdapter(options);
  return {
    provider: adapter.provider,
    adapterName: adapter.adapterName,
    connect: () => Promise.resolve(adapter),
    connectToShadowDb: () => Promise.reject(new Error('The embedded database has no shadow.')),
  };
}

function createAdapter({ connection, reserve }: EmbeddedAdapterOptions): SqlDriverAdapter {
  const mutex = createMutex();
  const { provider, adapterName } = connection();

  async function exclusively<T>(work: () => Promise<T>): Promise<T> {
    const release = await mutex.acquire();
    try {
      return await work();
    } finally {
      release();
    }
  }

  return {
    provider,
    adapterName,
    queryRaw: (query) => exclusively(() => checked(connection(), reserve).queryRaw(query)),
    executeRaw: (query) => exclusively(() => checked(connection(), reserve).executeRaw(query)),
    executeScript: (script) => exclusively(() => connection().executeScript(script)),
    getConnectionInfo: () => ({ supportsRelationJoins: true }),
    dispose: () => Promise.resolve(),
    async startTransaction() {
      const release = await mutex.acquire();
      try {
        const over = connection();
        await over.executeRaw(statement('BEGIN'));
        return createTransaction(over, reserve, release);
      } catch (error) {
        release();
        throw error;
      }
    },
  };
}

/** On the connection that it was begun on: should another take its place, the transaction is lost. */
function createTransaction(over: SqlDriverAdapter, reserve: DiskReserve, release: () => void): Transaction {
  const finish = async (keyword: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
    try {
      await over.executeRaw(statement(keyword));
    } finally {
      release();
    }
  };
  return {
    provider: over.provider,
    adapterName: over.adapterName,
    ...checked(over, reserve),
    // Prisma sends no COMMIT of its own.
    options: { usePhantomQuery: true },
    commit: () => finish('COMMIT'),
    // A connection that has ended took its transaction along.
    rollback: () => finish('ROLLBACK').catch(() => undefined),
  };
}

/** Locks are written as well. */
const WRITES = /\b(INSERT|UPDATE|DELETE|MERGE|TRUNCATE)\b/i;

function checked(over: SqlQueryable, reserve: DiskReserve): Pick<SqlQueryable, 'queryRaw' | 'executeRaw'> {
  const check = async ({ sql }: SqlQuery): Promise<void> => {
    if (WRITES.test(sql)) await reserve.check();
  };
  return {
    async queryRaw(query) {
      await check(query);
      return over.queryRaw(query);
    },
    async executeRaw(query) {
      await check(query);
      return over.executeRaw(query);
    },
  };
}

const statement = (sql: string): SqlQuery => ({ sql, args: [], argTypes: [] });
