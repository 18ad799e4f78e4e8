import { setTimeout as pause } from 'node:timers/promises';
import type { SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { createFaultLog } from '../../observability/fault-log';
import type { Logger } from '../../observability/log';
import { MEBIBYTE } from './disk-reserve';
import { GuardedPGlite } from './guarded-pglite';
import type { MigrationSession } from '../migrations/migration-session';
import { DatabaseUnavailable } from '../unavailable';

/** The embedded PostgreSQL: another one is started in its place when it ends. */
export interface EmbeddedConnection {
  /** @throws DatabaseUnavailable while there is none */
  current(): SqlDriverAdapter;
  readonly session: MigrationSession;
  close(): Promise<void>;
}

export interface EmbeddedConnectionOptions {
  /** In memory when left out; then nothing can take the place of what ended. */
  readonly folder: string | undefined;
  readonly freeBytes: () => Promise<number>;
  readonly log: Logger;
}

const RETRY_AFTER_MS = 1_000;
/** What a start may have to write before it serves, having repaired its files: a segment of its log, and a checkpoint. */
const START_BYTES = 24 * MEBIBYTE;

interface Opened {
  readonly pglite: GuardedPGlite;
  readonly adapter: SqlDriverAdapter;
}

export async function openConnection({
  folder,
  freeBytes,
  log,
}: EmbeddedConnectionOptions): Promise<EmbeddedConnection> {
  const fault = createFaultLog(log, {
    begins: 'the embedded database has ended; starting it again',
    ends: 'the embedded database answers again',
  });
  let opened = await open(folder);
  let reopening: Promise<void> | undefined;
  let isClosed = false;

  /** What was committed is in its log, from which the next one repairs its files. */
  async function reopen(): Promise<void> {
    await opened.pglite.abandon().catch(() => undefined);
    while (!isClosed) {
      try {
        if ((await freeBytes()) < START_BYTES) throw new Error('There is no room on its disk.');
        opened = await open(folder);
        fault.worked();
        return;
      } catch (error) {
        fault.failed(error);
      }
      await pause(RETRY_AFTER_MS, undefined, { ref: false });
    }
  }

  function current(): Opened {
    if (opened.pglite.end && folder !== undefined && !isClosed && reopening === undefined) {
      fault.failed(opened.pglite.end);
      reopening = reopen().finally(() => {
        reopening = undefined;
      });
    }
    if (opened.pglite.end) throw new DatabaseUnavailable(opened.pglite.end);
    return opened;
  }

  return {
    current: () => current().adapter,
    session: {
      connection: opened.adapter,
      run: async (script) => {
        await current().pglite.exec(script);
      },
    },
    async close() {
      isClosed = true;
      await reopening;
      const { pglite } = opened;
      if (pglite.end) await pglite.abandon().catch(() => undefined);
      else await pglite.close();
    },
  };
}

async function open(folder: string | undefined): Promise<Opened> {
  const pglite = new GuardedPGlite(folder === undefined ? {} : { dataDir: folder });
  try {
    await pglite.waitReady;
    return { pglite, adapter: await new PrismaPGlite(pglite).connect() };
  } catch (error) {
    await pglite.abandon().catch(() => undefined);
    throw error;
  }
}
