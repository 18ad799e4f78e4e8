import type {
  IsolationLevel,
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
  /** On whose connections it ran. The database inside the process has one for both, which counts as the readers'. */
  readonly by: 'readers' | 'workers';
}

export type StatementListener = (statement: Statement) => void;

/**
 * Lets a listener see every statement that passes the driver adapter, after it succeeded. Below Prisma, so that what
 * is counted is what the database was really asked.
 */
export function withStatementLog(
  factory: SqlMigrationAwareDriverAdapterFactory,
  by: Statement['by'],
  listener: StatementListener,
): SqlMigrationAwareDriverAdapterFactory {
  const log: Log = (sql, rows) => listener({ sql, rows, by });
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => logAdapter(await factory.connect(), log),
    connectToShadowDb: () => factory.connectToShadowDb(),
  };
}

type Log = (sql: string, rows: number) => void;

function logAdapter(adapter: SqlDriverAdapter, log: Log): SqlDriverAdapter {
  return instead(adapter, {
    ...loggedQueries(adapter, log),
    startTransaction: async (isolationLevel?: IsolationLevel): Promise<Transaction> => {
      const transaction = await adapter.startTransaction(isolationLevel);
      return instead(transaction, loggedQueries(transaction, log));
    },
  });
}

function loggedQueries(target: SqlQueryable, log: Log) {
  return {
    queryRaw: async (query: SqlQuery): Promise<SqlResultSet> => {
      const result = await target.queryRaw(query);
      log(query.sql, result.rows.length);
      return result;
    },
    executeRaw: async (query: SqlQuery): Promise<number> => {
      const rows = await target.executeRaw(query);
      log(query.sql, rows);
      return rows;
    },
  };
}

/** The same object in all but these methods; the rest keep the object itself for their `this`. */
function instead<Target extends object>(target: Target, methods: Partial<Target>): Target {
  return new Proxy(target, {
    get(object, property) {
      const value: unknown = Reflect.get(property in methods ? methods : object, property);
      return isMethod(value) ? value.bind(object) : value;
    },
  });
}

function isMethod(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function';
}
