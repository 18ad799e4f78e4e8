import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { systemClock } from '../../src/runtime/clock';
import { addresses } from '../harness/addresses';
import { analyticsPath } from '../harness/contract/service';
import { type ServiceProcess, startProcess } from '../harness/contract/service-process';
import { createHttpClient } from '../harness/http';
import { freshDatabase, freshRedis, freshTopicPrefix, type Own } from '../harness/isolation';
import { run } from '../harness/machine/commands';
import { type CleanInstall, installAsTheReadmeSays } from '../harness/production/clean-install';
import {
  bytesBelow,
  type InstalledPackage,
  packagesBelow,
  packagesOfSbom,
} from '../harness/production/packages';
import { signToken, TEST_SECRET } from '../harness/service';
import { waitFor } from '../harness/wait-for';

jest.setTimeout(300_000);

/** Command lines, compilers, what builds or is built into pages, engines that are programs of their own. */
const NOT_IN_PRODUCTION =
  /^(?:prisma|@prisma\/(?:engines|studio-core|dev|config|fetch-engine)|effect|typescript|@swc\/.*|vite|rolldown|esbuild|react|react-dom|preact|graphiql|echarts|jest|eslint|prettier|@types\/react|@scarf\/scarf)$/;
const LARGEST_BYTES = 120_000_000;

describe('the production path of the README, in a clean folder', () => {
  let install: CleanInstall;
  const started: ServiceProcess[] = [];
  const owned: Own[] = [];

  beforeAll(async () => {
    install = await installAsTheReadmeSays();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((service) => service.terminate('SIGKILL')));
    await Promise.all(owned.splice(0).map((own) => own.drop()));
  });
  afterAll(() => install.remove());

  function start(env: NodeJS.ProcessEnv): ServiceProcess {
    const command = { program: 'sh', args: ['-c', `exec env ${install.start}`], cwd: install.folder };
    const service = startProcess({ JWT_SECRET: TEST_SECRET, ...env }, command);
    started.push(service);
    return service;
  }

  async function servers(): Promise<NodeJS.ProcessEnv> {
    const [database, redis] = await Promise.all([freshDatabase(), freshRedis()]);
    owned.push(database, redis);
    const prefix = freshTopicPrefix();
    return {
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      KAFKA_BROKERS: addresses().kafkaBrokers.join(','),
      KAFKA_TOPIC_PREFIX: prefix,
      KAFKA_GROUP_ID: `${prefix}workers`,
    };
  }

  it('installs nothing that only builds, and little of the rest', () => {
    const packages = packagesBelow(install.folder).map(({ name }) => name);
    expect(packages).toEqual(expect.arrayContaining(['@prisma/client', 'kafkajs', '@apollo/server']));
    expect(packages.filter((name) => NOT_IN_PRODUCTION.test(name))).toEqual([]);
    const bytes =
      bytesBelow(path.join(install.folder, 'node_modules')) + bytesBelow(path.join(install.folder, 'dist'));
    expect(bytes).toBeLessThan(LARGEST_BYTES);
  });

  it('has all that it installs and carries in its SBOM', async () => {
    const file = path.join(install.clone, 'sbom.json');
    const args = ['scripts/sbom.mjs', '--output', file];
    await run({ program: process.execPath, args, cwd: install.clone });
    const toText = ({ name, version }: InstalledPackage): string => `${name}@${version}`;
    const listed = new Set(packagesOfSbom(file).map(toText));
    expect(listed).toContain('preact@11.2.0');
    expect(
      packagesBelow(install.folder)
        .map(toText)
        .filter((each) => !listed.has(each)),
    ).toEqual([]);
  });

  it('serves on PostgreSQL, Redis and Kafka', async () => {
    const { origin } = await start({ ...(await servers()), API_EXPLORERS: 'true' }).ready();
    const http = createHttpClient(origin);
    await waitFor(async () => (await http.get('/readyz')).status === 200, {
      what: 'the service to be ready',
      timeoutMs: 60_000,
    });
    expect((await http.get('/api/health')).status).toBe(200);
    const answer = await http.get(analyticsPath(randomUUID()), signToken(systemClock.now()));
    expect(answer.json()).toMatchObject({ error: 'EVENT_NOT_FOUND' });
    for (const page of ['/', '/graphiql', '/api/docs', '/api/docs/assets/swagger-ui-bundle.js']) {
      expect({ page, status: (await http.get(page)).status }).toEqual({ page, status: 200 });
    }
  });

  it('serves from the embedded database', async () => {
    const { origin } = await start({ DATA_DIR: path.join(install.folder, '.data') }).ready();
    const http = createHttpClient(origin);
    expect((await http.get(analyticsPath(randomUUID()), signToken(systemClock.now()))).status).toBe(404);
  });
});
