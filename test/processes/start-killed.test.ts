import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { untilConnected } from '../harness/connected';
import { analyticsPath } from '../harness/contract/service';
import { type ServiceProcess, startProcess } from '../harness/contract/service-process';
import { createHttpClient } from '../harness/http';
import { freshDatabase, type Own } from '../harness/isolation';
import { eventCreated, newEvent } from '../harness/messages';
import { seededRandom } from '../harness/seeded';
import { startTestService, TEST_SECRET } from '../harness/service';
import { waitFor } from '../harness/wait-for';

jest.setTimeout(600_000);

const DATABASES = 14;
const FOLDERS = 3;

/** The next start, in this process: it takes an event in and answers for it. */
async function expectNextStart(env: NodeJS.ProcessEnv): Promise<void> {
  const service = await startTestService({ env });
  const event = newEvent();
  expect(await service.post([{ topic: 'event.created', value: eventCreated(event) }])).toMatchObject({
    accepted: 1,
  });
  const answer = await createHttpClient(service.origin).get(analyticsPath(event.eventId), service.token());
  expect(answer.status).toBe(200);
  await service.stop();
}

describe('a process that is killed while it starts', () => {
  const started: ServiceProcess[] = [];
  const start = (env: NodeJS.ProcessEnv): ServiceProcess => {
    const service = startProcess({ JWT_SECRET: TEST_SECRET, ...env });
    started.push(service);
    return service;
  };
  afterEach(async () => {
    await Promise.all(started.splice(0).map((service) => service.terminate('SIGKILL')));
  });

  describe('on PostgreSQL', () => {
    const databases: Own[] = [];
    afterEach(() => Promise.all(databases.splice(0).map((database) => database.drop())));

    async function newDatabase(): Promise<string> {
      const database = await freshDatabase();
      databases.push(database);
      return database.url;
    }

    it(`leaves a database that the next start completes, ${DATABASES} times of ${DATABASES}`, async () => {
      const random = seededRandom('killed while migrating');
      const first = await newDatabase();
      const undisturbed = start({ DATABASE_URL: first });
      await untilConnected(undisturbed, first);
      const connected = performance.now();
      await undisturbed.ready();
      const windowMs = performance.now() - connected;
      await undisturbed.terminate('SIGKILL');

      for (let round = 0; round < DATABASES; round += 1) {
        const DATABASE_URL = await newDatabase();
        const killed = start({ DATABASE_URL });
        await untilConnected(killed, DATABASE_URL);
        // One moment in each slice of the time between the first connection and being ready.
        await pause(((round + random.next()) / DATABASES) * windowMs);
        await killed.terminate('SIGKILL');
        await expectNextStart({ DATABASE_URL });
      }
    });
  });

  describe('with data in a folder', () => {
    let parent: string;
    beforeEach(() => {
      parent = mkdtempSync(path.join(tmpdir(), 'analytics-killed-'));
    });
    afterEach(() => rmSync(parent, { recursive: true, force: true }));

    /** Once the first of the database's files is there; before that there is nothing to leave behind. */
    const untilBegun = (folder: string): Promise<unknown> =>
      waitFor(() => readdirSync(folder).some((entry) => existsSync(path.join(folder, entry, 'PG_VERSION'))), {
        what: 'the folder to be begun with',
        timeoutMs: 30_000,
        everyMs: 2,
      });

    it(`leaves a folder that the next start completes, ${FOLDERS} times of ${FOLDERS}`, async () => {
      const random = seededRandom('killed while laying out a folder');
      const undisturbed = start({ DATA_DIR: path.join(parent, 'undisturbed') });
      await untilBegun(path.join(parent, 'undisturbed'));
      const begun = performance.now();
      await undisturbed.ready();
      const windowMs = performance.now() - begun;
      await undisturbed.terminate('SIGKILL');

      for (let round = 0; round < FOLDERS; round += 1) {
        const DATA_DIR = path.join(parent, String(round));
        const killed = start({ DATA_DIR });
        await untilBegun(DATA_DIR);
        await pause(((round + random.next()) / FOLDERS) * windowMs);
        await killed.terminate('SIGKILL');
        await expectNextStart({ DATA_DIR });
      }
    });
  });
});
