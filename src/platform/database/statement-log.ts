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
  return instead(adapter, {
    ...loggedQueries(adapter, listener),
    startTransaction: async (isolationLevel?: IsolationLevel): Promise<Transaction> => {
      const transaction = await adapter.startTransaction(isolationLevel);
      return instead(transaction, loggedQueries(transaction, listener));
    },
  });
}

function loggedQueries(target: SqlQueryable, listener: StatementListener) {
  return {
    queryRaw: async (query: SqlQuery): Promise<SqlResultSet> => {
      const result = await target.queryRaw(query);
      listener({ sql: query.sql, rows: result.rows.length });
      return result;
    },
    executeRaw: async (query: SqlQuery): Promise<number> => {
      const rows = await target.executeRaw(query);
      listener({ sql: query.sql, rows });
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
