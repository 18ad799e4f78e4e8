import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { z } from 'zod';
import { PrismaClient } from '../../generated/prisma/client';
import { type StatementListener, withStatementLog } from './statement-log';

/** Hand-written SQL, its rows parsed as they come in. */
export interface Sql {
  query<Row>(row: z.ZodType<Row>, statement: string, ...parameters: unknown[]): Promise<Row[]>;
  /** @returns how many rows were changed */
  execute(statement: string, ...parameters: unknown[]): Promise<number>;
}

/** PostgreSQL, as a server or embedded: the one store of truth. */
export interface Database extends Sql {
  readonly prisma: PrismaClient;
  /** All of the work is committed, or none of it. Read committed; the work takes the row locks that it needs. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** All statements of the work see the database as it was at the first of them. */
  readConsistently<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Rejects when the database does not answer. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** How long a batch may wait for a connection, and how long its transaction may take, in milliseconds. */
const TRANSACTION_LIMITS = { maxWait: 10_000, timeout: 60_000 };

export interface DatabaseOptions {
  readonly adapter: SqlMigrationAwareDriverAdapterFactory;
  /** Sees every statement; for tests and for counting. */
  readonly onStatement?: StatementListener | undefined;
  /** Releases what lies below the adapter. */
  readonly release: () => Promise<void>;
}

/** Opens the database behind an adapter and makes sure that its sessions think in UTC. */
export async function openDatabase({ adapter, onStatement, release }: DatabaseOptions): Promise<Database> {
  const prisma = new PrismaClient({
    adapter: onStatement ? withStatementLog(adapter, onStatement) : adapter,
  });
  const close = async (): Promise<void> => {
    await prisma.$disconnect();
    await release();
  };
  try {
    await requireUtc(prisma);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    prisma,
    ...sqlOver(prisma),
    readConsistently: (work) =>
      prisma.$transaction((transaction) => work(sqlOver(transaction)), {
        ...TRANSACTION_LIMITS,
        isolationLevel: 'RepeatableRead',
      }),
    transaction: (work) =>
      prisma.$transaction((transaction) => work(sqlOver(transaction)), TRANSACTION_LIMITS),
    check: async () => {
      await prisma.$queryRaw`SELECT 1`;
    },
    close,
  };
}

function sqlOver(client: Pick<PrismaClient, '$queryRawUnsafe' | '$executeRawUnsafe'>): Sql {
  return {
    query: async (row, statement, ...parameters) => {
      const rows = await client.$queryRawUnsafe<unknown[]>(statement, ...parameters);
      return rows.map((found) => row.parse(found));
    },
    execute: (statement, ...parameters) => client.$executeRawUnsafe(statement, ...parameters),
  };
}

/** The driver sends instants without an offset, so in a session of any other zone they would shift without a word. */
async function requireUtc(prisma: PrismaClient): Promise<void> {
  const rows = await prisma.$queryRaw<{ offset: string }[]>`
    SELECT to_char(TIMESTAMPTZ '2000-07-01 00:00:00Z', 'YYYY-MM-DD HH24:MI:SS') AS "offset"`;
  if (rows[0]?.offset !== '2000-07-01 00:00:00') {
    throw new Error(`The database session must run in UTC, but writes midnight UTC as ${rows[0]?.offset}.`);
  }
}
