import type { Client } from 'pg';
import { systemClock } from '../../src/runtime/clock';
import { linkTo } from '../harness/contract/breakable-link';
import { type ServiceProcess, startProcess } from '../harness/contract/service-process';
import { connectTo, endSessions } from '../harness/database/sessions';
import { createHttpClient } from '../harness/http';
import { freshDatabase, type Own } from '../harness/isolation';
import { newEvent } from '../harness/messages';
import { askAny } from '../harness/operations/client';
import { TEST_SECRET, signToken } from '../harness/service';
import { waitFor } from '../harness/wait-for';

/** Enough to end a session within any of the gaps between two listeners, on a machine that is not too slow. */
const ENDED_SESSIONS = 600;
const ENOUGH_MS = 20_000;

interface Line {
  readonly level: number;
  readonly msg: string;
}

const linesOf = (service: ServiceProcess): readonly Line[] =>
  service
    .said()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

const timesSaid = (service: ServiceProcess, msg: string): number =>
  linesOf(service).filter((line) => line.msg === msg).length;

describe('the process and its database', () => {
  let own: Own;
  let operator: Client;
  const started: ServiceProcess[] = [];
  const start = (env: NodeJS.ProcessEnv): ServiceProcess => {
    const service = startProcess({ JWT_SECRET: TEST_SECRET, ...env });
    started.push(service);
    return service;
  };

  beforeEach(async () => {
    own = await freshDatabase();
    operator = await connectTo(own.url);
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((service) => service.terminate('SIGKILL')));
    await operator.end();
    await own.drop();
  });

  it('lives on whenever the server ends a connection, and says so in a few lines without a secret', async () => {
    const service = start({ DATABASE_URL: own.url });
    const { origin } = await service.ready();
    const token = signToken(systemClock.now());
    let isOver = false;
    const query = `{ event(id: "${newEvent().eventId}") { eventId } }`;
    const reading = Array.from({ length: 8 }, async () => {
      while (!isOver) await askAny(origin, token, { query });
    });
    let ended = 0;
    const begun = performance.now();
    while (ended < ENDED_SESSIONS && performance.now() - begun < ENOUGH_MS)
      ended += await endSessions(operator);
    isOver = true;
    await Promise.all(reading);
    expect(ended).toBeGreaterThan(50);
    expect(service.process.exitCode).toBeNull();
    await waitFor(() => timesSaid(service, 'the database answers again') === 1, {
      what: 'the end to be told',
      timeoutMs: 20_000,
    });
    expect(timesSaid(service, 'the database does not answer')).toBe(1);
    expect(service.said()).not.toMatch(/secretKey|"password"|postgresql:/);
    // Those of its start included.
    expect(linesOf(service).length).toBeLessThan(12);
    expect(await service.terminate()).toBe(0);
  });

  it('waits at its start for a database that is away, and says so once', async () => {
    const link = await linkTo(own.url);
    await link.cut();
    const service = start({ DATABASE_URL: link.url });
    await waitFor(() => timesSaid(service, 'the database is away; waiting for it') === 1, {
      what: 'the process to say that it waits',
      timeoutMs: 20_000,
    });
    await expect(
      waitFor(() => service.process.exitCode !== null, { what: '', timeoutMs: 5_000 }),
    ).rejects.toThrow();
    await link.mend();
    const { origin } = await service.ready();
    expect((await createHttpClient(origin).request('/readyz')).status).toBe(200);
    expect(timesSaid(service, 'the database is away; waiting for it')).toBe(1);
    expect(timesSaid(service, 'the database is there')).toBe(1);
    expect(await service.terminate()).toBe(0);
    await link.cut();
  });

  it('stops at once with 0 when it is told to while it waits', async () => {
    const link = await linkTo(own.url);
    await link.cut();
    const service = start({ DATABASE_URL: link.url });
    await waitFor(() => service.said().includes('waiting for it'), { what: 'it to wait', timeoutMs: 20_000 });
    const begun = performance.now();
    expect(await service.terminate()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('does not wait for a database that does not exist, nor for one that does not know it', async () => {
    const nowhere = new URL(own.url);
    nowhere.pathname = '/no_such_database';
    const missing = start({ DATABASE_URL: nowhere.href });
    expect(await missing.ended()).toBe(1);
    expect(missing.said()).toContain('database \\"no_such_database\\" does not exist');

    const nobody = new URL(own.url);
    nobody.username = 'nobody_we_know';
    const unknown = start({ DATABASE_URL: nobody.href });
    expect(await unknown.ended()).toBe(1);
    expect(unknown.said()).toContain('role \\"nobody_we_know\\" does not exist');
  });
});
