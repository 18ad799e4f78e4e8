import { readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { accountOf, isRoot, run } from '../../harness/machine/commands';
import { removeFolder } from '../../harness/machine/folders';
import type { Server } from '../../harness/servers/server';

/** An older copy of a whole PostgreSQL: a backup, or a standby that lags behind. */
export interface DatabaseCopy {
  /** Kills the server and starts the copy in its place. */
  takeOver(): Promise<void>;
}

const PROGRAMS = '/usr/lib/postgresql';

export async function copyDatabase(server: Server): Promise<DatabaseCopy> {
  const copy = path.join(server.folder, `copy-${Date.now()}`);
  const data = path.join(server.folder, 'data');
  const { hostname, port } = new URL(server.url);
  const account = isRoot() ? accountOf('postgres') : undefined;
  await run({
    program: path.join(PROGRAMS, newestVersion(), 'bin', 'pg_basebackup'),
    args: [
      '-D',
      copy,
      '-h',
      hostname,
      '-p',
      port,
      '-U',
      'postgres',
      '-X',
      'fetch',
      '-c',
      'fast',
      '--no-sync',
    ],
    account,
    cwd: server.folder,
  });
  return {
    async takeOver() {
      await server.kill();
      removeFolder(data);
      renameSync(copy, data);
      await server.start();
    },
  };
}

function newestVersion(): string {
  const [newest] = readdirSync(PROGRAMS).sort((one, other) => Number(other) - Number(one));
  if (newest === undefined) throw new Error('postgres: its programs are missing.');
  return newest;
}
