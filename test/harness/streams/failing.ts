import type { Database, Sql } from '../../../src/database/database';

/** A lost connection gives no reason, so neither does this error. */
export class ConnectionLost extends Error {}

/** The same database, but the connection is lost instead of the statement at this place (from 0) of any transaction. */
export function losingStatement(database: Database, place: number): Database {
  return {
    ...database,
    transaction: (work) => database.transaction((sql) => work(losing(sql, place))),
  };
}

/** The same database, but the connection is lost as one of the transactions (from 0) begins. */
export function losingTransaction(database: Database, place: number): Database {
  let begun = 0;
  return {
    ...database,
    async transaction(work) {
      begun += 1;
      if (begun === place + 1) throw new ConnectionLost();
      return database.transaction(work);
    },
  };
}

/** The same database, but the answer to every commit is lost, though it took place. */
export function losingCommit(database: Database): Database {
  return {
    ...database,
    async transaction(work) {
      await database.transaction(work);
      throw new ConnectionLost();
    },
  };
}

function losing(sql: Sql, place: number): Sql {
  let done = 0;
  const next = (): void => {
    done += 1;
    if (done === place + 1) throw new ConnectionLost();
  };
  return {
    isDistributed: sql.isDistributed,
    // Thrown inside a promise, as a driver does.
    async query(row, statement, ...parameters) {
      next();
      return sql.query(row, statement, ...parameters);
    },
    async execute(statement, ...parameters) {
      next();
      return sql.execute(statement, ...parameters);
    },
  };
}
