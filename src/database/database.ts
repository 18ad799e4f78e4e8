import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { z } from 'zod';
import { PrismaClient } from '../generated/prisma/client';
import { type Clock, systemClock } from '../runtime/clock';
import { type Deadline, deadlineIn, NO_DEADLINE } from './deadline';
import { type Statement, type StatementListener, withStatementLog } from './statement-log';
import { asUnavailable, DatabaseUnavailable } from './unavailable';

/** Hand-written SQL, its rows parsed as they come in. */
export interface Sql {
  query<Row>(row: z.ZodType<Row>, statement: string, ...parameters: unknown[]): Promise<Row[]>;
  /** @returns how many rows were changed */
  execute(statement: string, ...parameters: unknown[]): Promise<number>;
  /**
   * Whether rows lie in shards by the keys of events and of stores. Then a statement reads together what has the same key, and
   * says of each table which keys it is about; what has another key is read by another statement.
   */
  readonly isDistributed: boolean;
}

/**
 * PostgreSQL, as a server or embedded: the one store of truth. Whatever cannot be done because it is away, hangs or has
 * no connection left rejects with DatabaseUnavailable. Statements outside a transaction are for readers, who are waiting:
 * over a server none of them takes longer than three seconds, a connection included.
 */
export interface Database extends Sql {
  readonly prisma: PrismaClient;
  /** Statements outside a transaction that no reader waits for: they may take as long as those within one. */
  readonly background: Sql;
  /** All of the work is committed, or none of it. Read committed; the work takes the row locks that it needs. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** All statements of the work see the database as it was at the first of them. For readers, as above. */
  readConsistently<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * The same for work of hours: on a connection of its own, with no limit. It cannot change anything. Until it ends no registrations
   * leave with the table of their month: a table that is emptied is empty for who began to read before that, too.
   */
  readAtLength<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** A transaction for statements that read a whole table: on a connection of its own, with no limit but those that the work sets. */
  changeAtLength<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** The database's own time, which is the same for all who use it. */
  readonly clock: Clock;
  /** Rejects when the database does not answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** A database that lies outside this process: it may be away, and takes connections for one purpose or another. */
export interface RemoteParts {
  /** For transactions and in the background; `adapter` is for readers then. */
  readonly workAdapter: SqlMigrationAwareDriverAdapterFactory;
  /** A statement that each transaction begins with; none when left out. */
  readonly beginsWith?: string | undefined;
  /** A connection of its own, without limits. */
  readonly openAtLength: () => {
    readonly adapter: SqlMigrationAwareDriverAdapterFactory;
    close(): Promise<void>;
  };
  /** How long a reader may wait in all, in milliseconds. */
  readonly readWithinMs: number;
  readonly clock: Clock;
  /** @throws DatabaseUnavailable at once, while the database is known to be away */
  requireAvailable(): void;
  /** Told of everything that failed because the database could not be asked. */
  failed(error: DatabaseUnavailable): void;
}

export interface DatabaseOptions {
  readonly adapter: SqlMigrationAwareDriverAdapterFactory;
  /** Left out for the one inside this process. */
  readonly remote?: RemoteParts;
  /** Whether the tables are distributed by Citus; not when left out. */
  readonly isDistributed?: boolean | undefined;
  /** Sees every statement; for tests and for counting. */
  readonly onStatement?: StatementListener | undefined;
  /** Releases what lies below the adapter. */
  readonly release: () => Promise<void>;
}

/** How long a batch may wait for a connection, and how long its transaction may take, in milliseconds. */
const WORK_LIMITS = { maxWait: 10_000, timeout: 60_000 };
/** A day is more than verifying ever takes. */
const AT_LENGTH_LIMITS = { maxWait: 10_000, timeout: 86_400_000 };
const ONE_SNAPSHOT = { isolationLevel: 'RepeatableRead' as const };
/** With the tables of all months. Writing goes on beside it. */
const LOCK_REGISTRATIONS = 'LOCK TABLE participants IN ACCESS SHARE MODE';

/** Opens the database behind its adapters and makes sure that its sessions think in UTC. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { adapter, remote, onStatement, release, isDistributed = false } = options;
  const clientOver = (below: SqlMigrationAwareDriverAdapterFactory, by: Statement['by']): PrismaClient =>
    new PrismaClient({ adapter: onStatement ? withStatementLog(below, by, onStatement) : below });
  const prisma = clientOver(adapter, 'readers');
  const working = remote === undefined ? prisma : clientOver(remote.workAdapter, 'workers');
  const close = async (): Promise<void> => {
    await Promise.all([prisma.$disconnect(), working.$disconnect()]);
    await release();
  };
  try {
    await requireUtc(prisma);
  } catch (error) {
    await close();
    throw error;
  }
  const readLimits = remote ? { maxWait: remote.readWithinMs, timeout: remote.readWithinMs } : WORK_LIMITS;
  const readDeadline = (): Deadline => (remote ? deadlineIn(remote.readWithinMs) : NO_DEADLINE);

  /** Bounds the wait for a database that is away, and distinguishes unavailability from everything else. */
  async function asking<T>(ask: () => Promise<T>): Promise<T> {
    try {
      remote?.requireAvailable();
      return await ask();
    } catch (error) {
      const failure = asUnavailable(error);
      if (failure !== error && failure instanceof DatabaseUnavailable) remote?.failed(failure);
      throw failure;
    }
  }

  async function atLength<T>(
    work: (sql: Sql) => Promise<T>,
    options: { readonly isolationLevel?: 'RepeatableRead' } = {},
  ): Promise<T> {
    const own = remote?.openAtLength();
    const client = own === undefined ? prisma : clientOver(own.adapter, 'workers');
    try {
      return await client.$transaction((transaction) => work(sqlOver(transaction, isDistributed)), {
        ...AT_LENGTH_LIMITS,
        ...options,
      });
    } finally {
      if (own !== undefined) {
        await client.$disconnect();
        await own.close();
      }
    }
  }

  const readAtLength = <T>(work: (sql: Sql) => Promise<T>): Promise<T> =>
    atLength(async (sql) => {
      await sql.execute('SET TRANSACTION READ ONLY');
      // Ahead of the snapshot, which the first statement takes that reads. Over several nodes no table is emptied (months/).
      if (!isDistributed) await sql.execute(LOCK_REGISTRATIONS);
      return work(sql);
    }, ONE_SNAPSHOT);

  const readSql = sqlOver(prisma, isDistributed);
  const workSql = sqlOver(working, isDistributed);
  return {
    prisma,
    isDistributed,
    query: (...statement) => asking(() => readDeadline().within(readSql.query(...statement))),
    execute: (...statement) => asking(() => readDeadline().within(readSql.execute(...statement))),
    background: {
      isDistributed,
      query: (...statement) => asking(() => workSql.query(...statement)),
      execute: (...statement) => asking(() => workSql.execute(...statement)),
    },
    readConsistently: (work) =>
      asking(() => {
        const deadline = readDeadline();
        const read = prisma.$transaction(
          (transaction) => work(limited(sqlOver(transaction, isDistributed), deadline, asking)),
          { ...readLimits, ...ONE_SNAPSHOT },
        );
        return deadline.within(read);
      }),
    transaction: (work) =>
      asking(() =>
        working.$transaction(async (transaction) => {
          if (remote?.beginsWith !== undefined) await transaction.$executeRawUnsafe(remote.beginsWith);
          return work(sqlOver(transaction, isDistributed));
        }, WORK_LIMITS),
      ),
    readAtLength,
    changeAtLength: (work) => atLength(work),
    clock: remote?.clock ?? systemClock,
    check: async () => {
      await asking(() => readDeadline().within(prisma.$queryRaw`SELECT 1`));
    },
    close,
  };
}

function sqlOver(
  client: Pick<PrismaClient, '$queryRawUnsafe' | '$executeRawUnsafe'>,
  isDistributed: boolean,
): Sql {
  return {
    isDistributed,
    query: async (row, statement, ...parameters) => {
      const rows = await client.$queryRawUnsafe<unknown[] | undefined>(statement, ...parameters);
      // Prisma's answer when the connection was lost under a statement of a transaction.
      if (rows === undefined)
        throw new DatabaseUnavailable(new Error('The connection was lost under a statement.'));
      return rows.map((found) => row.parse(found));
    },
    execute: (statement, ...parameters) => client.$executeRawUnsafe(statement, ...parameters),
  };
}

/** Statements of one read, all of which have the same deadline. */
function limited(sql: Sql, deadline: Deadline, asking: <T>(ask: () => Promise<T>) => Promise<T>): Sql {
  return {
    isDistributed: sql.isDistributed,
    query: (...statement) => asking(() => deadline.within(sql.query(...statement))),
    execute: (...statement) => asking(() => deadline.within(sql.execute(...statement))),
  };
}

/** The driver sends instants without an offset, so in a session of any other zone they would shift without an error. */
async function requireUtc(prisma: PrismaClient): Promise<void> {
  const rows = await prisma.$queryRaw<{ offset: string }[]>`
    SELECT to_char(TIMESTAMPTZ '2000-07-01 00:00:00Z', 'YYYY-MM-DD HH24:MI:SS') AS "offset"`;
  if (rows[0]?.offset !== '2000-07-01 00:00:00') {
    throw new Error(`The database session must run in UTC, but writes midnight UTC as ${rows[0]?.offset}.`);
  }
}
