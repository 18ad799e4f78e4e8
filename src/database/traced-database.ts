import { typeOfError } from '../observability/traces/span';
import type { StartedSpan, Tracer, Work } from '../observability/traces/tracer';
import type { Database, Sql } from './database';
import { statementName } from './statement-name';

/** The same database, which tells of the statements and transactions of work that is traced. */
export function tracedDatabase<Opened extends Database>(database: Opened, tracer: Tracer): Opened {
  return {
    ...database,
    ...tracedSql(database, tracer),
    background: tracedSql(database.background, tracer),
    transaction: (work) =>
      tracer.within({ name: 'transaction' }, () => inTransaction(database, work, tracer)),
    readConsistently: (work) => database.readConsistently((sql) => work(tracedSql(sql, tracer))),
  };
}

/** Committing is what is left of a transaction once its work is done. */
async function inTransaction<T>(
  database: Database,
  work: (sql: Sql) => Promise<T>,
  tracer: Tracer,
): Promise<T> {
  let commit: StartedSpan | undefined;
  try {
    const done = await database.transaction(async (sql) => {
      const made = await work(tracedSql(sql, tracer));
      commit = tracer.startPart({ name: 'commit', kind: 'client', attributes: SYSTEM });
      return made;
    });
    return done;
  } catch (error) {
    commit?.fail(typeOfError(error));
    throw error;
  } finally {
    commit?.end();
  }
}

function tracedSql(sql: Sql, tracer: Tracer): Sql {
  return {
    isDistributed: sql.isDistributed,
    query: (row, statement, ...parameters) =>
      tracer.within(workOf(statement), () => sql.query(row, statement, ...parameters)),
    execute: (statement, ...parameters) =>
      tracer.within(workOf(statement), () => sql.execute(statement, ...parameters)),
  };
}

const SYSTEM = { 'db.system.name': 'postgresql' };

/** OpenTelemetry's names. */
function workOf(statement: string): Work {
  const { name, verb, table } = statementName(statement);
  return {
    name,
    kind: 'client',
    attributes: {
      ...SYSTEM,
      'db.operation.name': verb,
      'db.collection.name': table,
      'db.query.summary': name,
    },
  };
}
