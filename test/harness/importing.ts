import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Database } from '../../src/database/database';
import { openEmbedded } from '../../src/database/embedded/embedded';
import { type Ended, runCommand } from './command';
import { layOutEmbedded, removeEmbedded } from './database/embedded-template';
import { startTestService, type TestService } from './service';

/** By day: won, and how many records made them. */
export type Days = Record<string, [won: number, records: number]>;

/** What an import of a test has to itself: a folder with its file, and a store. */
export interface Importing {
  readonly folder: string;
  readonly file: string;
  readonly store: string;
  /** Where an embedded database may be. */
  readonly dataDir: string;
  write(lines: readonly string[]): void;
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
}

/** Lines as a spreadsheet ends them. */
export const text = (lines: readonly string[]): string => lines.map((line) => `${line}\r\n`).join('');

/** Each test has a store of its own, so that they share what stores it. */
export function useImporting(): () => Importing {
  let present: Importing;
  beforeEach(() => {
    const folder = mkdtempSync(path.join(tmpdir(), 'import-test-'));
    const [file, dataDir, store] = [path.join(folder, 'export.csv'), path.join(folder, 'data'), randomUUID()];
    present = {
      ...{ folder, file, store, dataDir },
      write: (lines) => writeFileSync(file, text(lines)),
      run: (args, env = { DATA_DIR: dataDir }) =>
        runCommand('sales-import', ['--store', store, ...args], env),
    };
  });
  afterEach(() => removeEmbedded(present.folder));
  return () => present;
}

/** A running service that imports are sent to. */
export function useService(importing: () => Importing): {
  origin(): string;
  run(...args: readonly string[]): Promise<Ended>;
  days(): Promise<Days>;
} {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());
  return {
    origin: () => service.origin,
    run: (...args) => importing().run(['--url', service.origin, '--token', service.token(), ...args], {}),
    days: () => daysIn(service.database, importing().store),
  };
}

/** An embedded database in the data folder, laid out before. */
export function useEmbedded(importing: () => Importing): {
  layOut(): Promise<void>;
  /** Opens it for the time of the work. */
  within<T>(work: (database: Database) => Promise<T>): Promise<T>;
  days(): Promise<Days>;
} {
  const folder = (): string => path.join(importing().dataDir, 'postgres');
  async function within<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const database = await openEmbedded({ folder: folder() });
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  }
  return {
    layOut: () => layOutEmbedded(folder()),
    within,
    days: () => within((database) => daysIn(database, importing().store)),
  };
}

export async function daysIn(database: Database, storeId: string): Promise<Days> {
  const rows = await database.prisma.dailySales.findMany({ where: { storeId } });
  return Object.fromEntries(
    rows.map(({ day, amount, records }) => [
      day.toISOString().slice(0, 10),
      [Number(amount), Number(records)] as [number, number],
    ]),
  );
}

/** By day: won. */
export function sums(days: Days): Record<string, number> {
  return Object.fromEntries(Object.entries(days).map(([day, [amount]]) => [day, amount]));
}
