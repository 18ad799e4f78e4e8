import type { Database, Sql } from './database';

/** One state of the database, for reads that must agree with each other. */
export interface Snapshot {
  readonly sql: Sql;
  /** To be called when everything has been read. */
  close(): Promise<void>;
}

/** For a single statement, which sees one state by itself. */
export function withoutSnapshot(sql: Sql): Snapshot {
  return { sql, close: () => Promise.resolve() };
}

/**
 * A snapshot that is taken by the first statement, and costs nothing when there is none. All statements see the
 * database as it was then: sums from one table add up with those from another, whatever is committed in between.
 */
export function openSnapshot(database: Pick<Database, 'readConsistently' | 'isDistributed'>): Snapshot {
  let opened: Promise<Sql> | undefined;
  let over: Promise<void> | undefined;
  let isClosed = false;
  let finish: () => void = () => undefined;

  function open(): Promise<Sql> {
    if (isClosed) return Promise.reject(new Error('The snapshot has been closed.'));
    return new Promise((resolve, reject) => {
      over = database
        .readConsistently(async (sql) => {
          const closed = new Promise<void>((close) => (finish = close));
          resolve(sql);
          if (!isClosed) await closed;
        })
        .catch(reject);
    });
  }

  const whenOpen = (): Promise<Sql> => (opened ??= open());
  return {
    sql: {
      isDistributed: database.isDistributed,
      query: async (row, statement, ...parameters) => (await whenOpen()).query(row, statement, ...parameters),
      execute: async (statement, ...parameters) => (await whenOpen()).execute(statement, ...parameters),
    },
    async close() {
      isClosed = true;
      finish();
      await over;
    },
  };
}
