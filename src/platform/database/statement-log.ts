import type {
  SqlDriverAdapter,
  SqlMigrationAwareDriverAdapterFactory,
  SqlQuery,
  SqlQueryable,
  SqlResultSet,
  Transaction,
} from '@prisma/driver-adapter-utils';

/** One statement as it went to the database. */
export interface Statement {
  readonly sql: string;
  /** Rows that came back, or rows that were changed. */
  readonly rows: number;
}

export type StatementListener = (statement: Statement) => void;

/**
 * Lets a listener see every statement that passes the driver adapter, after it succeeded. Below Prisma, so that what
 * is counted is what the database was really asked.
 */
export function withStatementLog(
  factory: SqlMigrationAwareDriverAdapterFactory,
  listener: StatementListener,
): SqlMigrationAwareDriverAdapterFactory {
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => logAdapter(await factory.connect(), listener),
    connectToShadowDb: () => factory.connectToShadowDb(),
  };
}

function logAdapter(adapter: SqlDriverAdapter, listener: StatementListener): SqlDriverAdapter {
  const logged = logQueries(adapter, listener);
  logged.startTransaction = async (isolationLevel) =>
    logTransaction(await adapter.startTransaction(isolationLevel), listener);
  return logged;
}

function logTransaction(transaction: Transaction, listener: StatementListener): Transaction {
  return logQueries(transaction, listener);
}

/** The same object in all but its two ways to ask; the rest is reached through the prototype. */
function logQueries<Q extends SqlQueryable>(target: Q, listener: StatementListener): Q {
  const queryRaw = async (query: SqlQuery): Promise<SqlResultSet> => {
    const result = await target.queryRaw(query);
    listener({ sql: query.sql, rows: result.rows.length });
    return result;
  };
  const executeRaw = async (query: SqlQuery): Promise<number> => {
    const rows = await target.executeRaw(query);
    listener({ sql: query.sql, rows });
    return rows;
  };
  return new Proxy(target, {
    get(object, property) {
      if (property === 'queryRaw') return queryRaw;
      if (property === 'executeRaw') return executeRaw;
      const value: unknown = Reflect.get(object, property, object);
      return isMethod(value) ? value.bind(object) : value;
    },
  });
}

function isMethod(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function';
}
