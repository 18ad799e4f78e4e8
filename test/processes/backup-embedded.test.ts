import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRandom } from '../../src/commands/simulator/random';
import { checkDashboards, type Place } from '../faults/checks/dashboards';
import { startServiceProcess, type ServiceProcess } from '../faults/deployment/service-process';
import { createEmbeddedTraffic, type EmbeddedTraffic } from '../faults/ledger/embedded-traffic';
import { createShops, type Shops } from '../faults/ledger/shops';
import { runDocumented } from '../harness/backup/documented';
import { layOutEmbedded } from '../harness/database/embedded-template';
import { freePort } from '../harness/machine/ports';
import { createHttpClient } from '../harness/http';
import { TEST_SECRET, tokenOf } from '../harness/service';
import { waitFor } from '../harness/wait-for';

const ownerToken = (stores: readonly string[]): string => tokenOf('a store owner', stores);

const SECTION = 'The embedded database';
const [COPY, PUT_BACK] = [0, 1];

/** What comes in over HTTP has no log: after the copy is put back, senders send again what came since. */
describe('embedded data that are copied and put back, as docs/backup.md says', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'analytics-backup-'));
  const variables = { DATA_DIR: path.join(folder, 'data'), BACKUP: path.join(folder, 'backup') };
  const random = createRandom(Date.now());
  const shops: Shops = createShops('embedded backup', random, Date.now());
  let place: Place;
  let traffic: EmbeddedTraffic;
  let service: ServiceProcess | undefined;
  let starts = 0;

  async function start(): Promise<void> {
    const logFile = path.join(folder, `service-${(starts += 1)}.log`);
    const env = { DATA_DIR: variables.DATA_DIR, PORT: new URL(place.origin).port, JWT_SECRET: TEST_SECRET };
    service = startServiceProcess({ name: 'embedded', logFile, env });
    const http = createHttpClient(place.origin);
    await waitFor(async () => (await http.get('/readyz')).status === 200, {
      what: 'the service to be ready',
      timeoutMs: 60_000,
    });
  }

  beforeAll(async () => {
    place = { name: 'embedded', origin: `http://127.0.0.1:${await freePort()}`, token: ownerToken };
    const token = place.token(shops.stores);
    traffic = createEmbeddedTraffic(shops, random, { origin: () => place.origin, token });
    await layOutEmbedded(path.join(variables.DATA_DIR, 'postgres'));
  });
  afterAll(async () => {
    await service?.kill();
    rmSync(folder, { recursive: true, force: true });
  });

  const stop = async (): Promise<void> => {
    await service?.terminate();
  };
  const follow = (block: number): Promise<string> => runDocumented(SECTION, block, variables, folder);
  const wrong = async (): Promise<readonly string[]> =>
    (await checkDashboards([place], shops, traffic.ledger.valid())).problems;
  const post = async (count: number): Promise<void> => {
    const registrations = Array.from({ length: count }, () => traffic.factory.registration());
    expect(await traffic.post(registrations)).toMatchObject({ isAccepted: true });
  };

  it('hold what had come before the copy, and count the rest once when it is sent again', async () => {
    await start();
    await traffic.post(traffic.factory.definitions());
    await post(50);
    await stop();
    await follow(COPY);

    await start();
    const copied = new Set(traffic.ledger.entries);
    await post(30);
    expect(await wrong()).toEqual([]);
    await stop();
    await follow(PUT_BACK);

    await start();
    const since = traffic.ledger.entries.filter((entry) => !copied.has(entry));
    traffic.ledger.forget((entry) => since.includes(entry));
    expect(await wrong()).toEqual([]);
    await traffic.post(since);
    await traffic.post(since);
    expect(await wrong()).toEqual([]);
  });
});
