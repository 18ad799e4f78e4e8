import { once } from 'node:events';
import { type AddressInfo, createServer, type Server as TcpServer } from 'node:net';
import { openPostgres } from '../../src/database/postgres';
import { addresses } from '../harness/addresses';
import { runCommand, startCommand } from '../harness/command';
import { freshDatabase, type Own } from '../harness/isolation';
import { lockedRow } from '../harness/locked-row';
import { createPostgres } from '../harness/servers/postgres';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';

/** Longer than a broker or a database is waited for, and far shorter than for ever. */
const BOUND_MS = 90_000;

describe('npm run verify, when it is never answered', () => {
  let postgres: Server;
  let database: Own;
  let silent: TcpServer;

  beforeAll(async () => {
    postgres = await createPostgres();
    await postgres.start();
    database = await freshDatabase(postgres.url);
    await (await openPostgres({ url: database.url, poolSize: 3 })).close();
    silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  afterAll(async () => {
    silent.close();
    await postgres.remove();
  });

  it(
    'ends with 2 when the broker takes connections and says nothing',
    async () => {
      const { port } = silent.address() as AddressInfo;
      const env = { DATABASE_URL: addresses().databaseUrl, KAFKA_BROKERS: `127.0.0.1:${port}` };
      expect(await runCommand('verify', ['--log'], env)).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining('Kafka cannot be read (event.created): ') as string,
      });
    },
    BOUND_MS,
  );

  it(
    'ends with 2 when the database hangs in the middle of a statement',
    async () => {
      const lock = await lockedRow(database.url, 'LOCK TABLE event_counts IN ACCESS EXCLUSIVE MODE', []);
      const command = startCommand('verify', [], { DATABASE_URL: database.url });
      try {
        await waitFor(() => command.said().includes('event_counts'), {
          what: 'the first rollup to be looked at',
          timeoutMs: 60_000,
        });
        postgres.freeze();
        expect(await command.ended).toMatchObject({
          code: 2,
          stdout: '',
          stderr: expect.stringMatching(/The database does not answer\.\n$/) as string,
        });
      } finally {
        postgres.thaw();
        await lock.release();
      }
    },
    2 * BOUND_MS,
  );
});
