import { chownSync, existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { accountOf, isRoot, run } from '../machine/commands';
import { install } from '../machine/debian';
import { createServerFolder } from '../machine/folders';
import { freePort } from '../machine/ports';
import { createServer, type Server } from './server';

/** Where Debian keeps one folder of programs per version. */
const DEBIAN_VERSIONS = '/usr/lib/postgresql';
const FIRST_WITH_ICU_CLUSTERS = 15;
const CONNECT_MS = 5_000;

/**
 * Set against the service on purpose: a session that forgets to ask for UTC sees its instants shifted, and a query that
 * leaves the order of names to the database's language gets another one than by code point.
 */
const CONTRARY_TIME_ZONE = 'Asia/Seoul';
const CONTRARY_LANGUAGE = 'ko-KR';

/**
 * A PostgreSQL of Debian's: a new cluster on a free port, without passwords, nothing synced to disk. Its data is the
 * folder `data` of its folder.
 *
 * @param more settings that are added to ours or replace them
 */
export async function createPostgres(more: Settings = {}): Promise<Server> {
  const programs = await findPrograms();
  // initdb and postgres refuse to run as root; the package brings a user for them.
  const account = isRoot() ? accountOf('postgres') : undefined;
  const folder = createServerFolder('postgres');
  if (account) chownSync(folder, account.uid, account.gid);
  const port = await freePort();
  const data = path.join(folder, 'data');
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  return createServer({
    name: 'postgres',
    url,
    folder,
    command: {
      program: path.join(programs.folder, 'postgres'),
      args: ['-D', data, '-h', '127.0.0.1', '-p', String(port), ...asOptions({ ...OURS, ...more })],
      account,
    },
    // A killed postmaster leaves shared memory behind; on QUIT it drops everything and cleans up.
    signalWhenOrphaned: 'QUIT',
    stopSignal: 'SIGINT',
    async prepare() {
      const initdb = path.join(programs.folder, 'initdb');
      await run({ program: initdb, args: ['-D', data, ...layout(programs.version)], account, cwd: folder });
    },
    answers: () => postgresAnswers(url),
  });
}

/** Asks `SELECT 1`. @throws Error when there is no answer */
export async function postgresAnswers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  // A lost connection rejects the next step; without a listener its error event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function layout(version: number): string[] {
  const base = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'];
  if (version < FIRST_WITH_ICU_CLUSTERS) return base;
  return [...base, '--locale-provider=icu', `--icu-locale=${CONTRARY_LANGUAGE}`];
}

type Settings = Readonly<Record<string, string>>;

const OURS: Settings = {
  unix_socket_directories: '',
  max_connections: '300',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  // Written at commit, but not forced to the disk: survives the loss of the server, not of the machine.
  fsync: 'off',
  full_page_writes: 'off',
  timezone: CONTRARY_TIME_ZONE,
};

function asOptions(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

export interface Programs {
  readonly folder: string;
  readonly version: number;
}

/** The newest that are installed: those that our servers are of. */
export async function findPrograms(): Promise<Programs> {
  const found = newestPrograms();
  if (found) return found;
  await install(['postgresql'], 'postgres: its programs are missing');
  const installed = newestPrograms();
  if (!installed) throw new Error('postgres: its programs are not where its package puts them.');
  return installed;
}

function newestPrograms(): Programs | undefined {
  if (!existsSync(DEBIAN_VERSIONS)) return undefined;
  const versions = readdirSync(DEBIAN_VERSIONS).map(Number).filter(Number.isInteger);
  return versions
    .sort((a, b) => b - a)
    .map((version) => ({ version, folder: path.join(DEBIAN_VERSIONS, String(version), 'bin') }))
    .find(({ folder }) => existsSync(path.join(folder, 'initdb')));
}
