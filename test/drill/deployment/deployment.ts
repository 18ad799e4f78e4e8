import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createRandom } from '../../../src/commands/simulator/random';
import { signToken } from '../../faults/deployment/deployment';
import { type Progress, watchProgress } from '../../faults/deployment/progress';
import { startFaultServers } from '../../faults/deployment/servers';
import { createShops, type ShopEvent, type Shops } from '../../faults/ledger/shops';
import type { MessageDraft } from '../../faults/ledger/message-factory';
import { openTraffic, type Traffic } from '../../faults/ledger/traffic';
import { freePort } from '../../harness/machine/ports';
import { distributionCompleted } from '../../harness/messages/distribution-completed';
import { createPrometheus } from '../../harness/servers/prometheus';
import type { Server } from '../../harness/servers/server';
import { createDrillDatabase, type DrillDatabase, newSecret } from './database';
import { setInEnvFile, type Variables, writeEnvFile } from './env-file';
import { openOperatorsCommands } from './operators-commands';
import { type Platform, startPlatform } from './platform';
import { envFileOf, operateServer, operateService, type OperatedService } from './processes';
import { startReaders } from './readers';
import { startSteadyMessages, type SteadyMessages } from './steady-messages';

export const SERVICES = ['gateway', 'worker-1', 'worker-2'] as const;
export type ServiceName = (typeof SERVICES)[number];
export const WORKERS = ['worker-1', 'worker-2'] as const;
/** The variables of npm's commands. */
export const COMMANDS = 'commands';

/** A gateway and two workers as processes, with all that they need, and a folder from which an operator works them. */
export interface DrillDeployment {
  readonly folder: string;
  readonly postgres: Server;
  readonly redis: Server;
  readonly kafka: Server;
  readonly prometheus: Server;
  readonly platform: Platform;
  readonly database: DrillDatabase;
  readonly progress: Progress;
  readonly services: ReadonlyMap<ServiceName, OperatedService>;
  readonly shops: Shops;
  readonly traffic: Traffic;
  readonly messages: SteadyMessages;
  readonly origin: (name: ServiceName) => string;
  readonly service: (name: ServiceName) => OperatedService;
  /** Stops it and starts it with what its file says now. */
  readonly restart: (...names: readonly ServiceName[]) => Promise<void>;
  /** Changes a variable in the files of these. */
  readonly configure: (
    names: readonly (ServiceName | typeof COMMANDS)[],
    variable: string,
    value: string,
  ) => void;
  /** What the store of secrets hands out under this name. */
  readonly keepSecret: (name: string, value: string) => void;
  /** Closes it with the deployment, before what it needs. */
  readonly own: (resource: Closable) => void;
}

export interface Closable {
  close(): Promise<unknown>;
}

/** The channel whose views are asked for; no message is about it. */
const ASKED_CHANNEL = '동네방송';
const ASKED_EVERY_SECONDS = 10;
const ROOT = path.resolve(__dirname, '../../..');
const RULES = path.join(ROOT, 'deploy/prometheus/alerts.yaml');

/** @param own called with each thing as soon as there is something to close */
export async function openDrillDeployment(
  folder: string,
  own: (resource: Closable) => void,
): Promise<DrillDeployment> {
  const ownServer = (server: Server): void => own({ close: () => server.remove() });
  const {
    postgres,
    redis: [redis],
    brokers: [kafka],
  } = await startFaultServers(ownServer);
  const [password, platformToken, jwtSecret] = [newSecret(), newSecret(), newSecret()];
  const database = await createDrillDatabase(postgres, password);
  const platform = await startPlatform(platformToken);
  own(platform);
  placeBuild(folder);
  const ports = new Map<ServiceName, number>();
  for (const name of SERVICES) ports.set(name, await freePort());
  const origin = (name: ServiceName): string => `http://127.0.0.1:${ports.get(name)}`;

  const shared: Variables = {
    DATABASE_URL: database.url(password),
    REDIS_URL: `${redis.url}/0`,
    KAFKA_BROKERS: kafka.url,
    PRIVACY_KEY: newSecret(),
  };
  const ofProcess = (name: ServiceName): Variables => ({
    NODE_ENV: 'production',
    ROLES: name === 'gateway' ? 'gateway' : 'worker',
    PORT: String(ports.get(name)),
    ...shared,
  });
  writeEnvFile(envFileOf(folder, COMMANDS), shared);
  writeEnvFile(envFileOf(folder, 'gateway'), { ...ofProcess('gateway'), JWT_SECRET: jwtSecret });
  for (const name of WORKERS)
    writeEnvFile(envFileOf(folder, name), {
      ...ofProcess(name),
      CHANNEL_PLATFORMS: askedAt(platform.origin),
      TV_TOKEN: platformToken,
    });
  mkdirSync(path.join(folder, 'secrets'));
  const keepSecret = (name: string, value: string): void =>
    writeFileSync(path.join(folder, 'secrets', name), `${value}\n`);
  keepSecret('postgres-analytics', password);
  keepSecret('tv-token', platformToken);

  const services = new Map<ServiceName, OperatedService>();
  for (const name of SERVICES) services.set(name, operateService({ name, folder, origin: origin(name) }));
  own({ close: () => Promise.all([...services.values()].map((each) => each.kill())) });
  const service = (name: ServiceName): OperatedService => services.get(name)!;
  await Promise.all(SERVICES.map((name) => service(name).start()));
  const targets = SERVICES.map((name) => `127.0.0.1:${ports.get(name)}`);
  const prometheus = await createPrometheus({ targets, rules: RULES });
  ownServer(prometheus);
  await prometheus.start();
  const servers = new Map([postgres, redis, kafka].map((server) => [server.name, operateServer(server)]));
  own(await openOperatorsCommands(folder, new Map([...services, ...servers])));

  const random = createRandom(Date.now());
  const shops = createShops('행사', random, Date.now());
  const traffic = await openTraffic({ brokers: [kafka.url], prefix: '', shops, random });
  const progress = watchProgress(database.adminUrl);
  own(progress);
  await traffic.send([...traffic.factory.definitions(), ...shops.events.map(distributedOverAskedChannel)]);
  const messages = startSteadyMessages(traffic);
  own(messages);
  const token = signToken(jwtSecret, shops.stores);
  keepSecret('token-of-a-reader', token);
  own(
    startReaders(
      origin('gateway'),
      token,
      shops.events.map(({ eventId }) => eventId),
    ),
  );

  return {
    ...{ folder, postgres, redis, kafka, prometheus, platform, database, progress },
    ...{ services, shops, traffic, messages, origin, service, keepSecret, own },
    async restart(...names) {
      for (const name of names) {
        await service(name).stop();
        await service(name).start();
      }
    },
    configure(names, variable, value) {
      for (const name of names) setInEnvFile(envFileOf(folder, name), variable, value);
    },
  };
}

/** Commands build anew where they are called (`npm run verify`): what runs must not lose its files by that. */
function placeBuild(folder: string): void {
  const place = path.join(folder, 'service');
  for (const part of ['dist', 'prisma', 'package.json'])
    cpSync(path.join(ROOT, part), path.join(place, part), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(place, 'node_modules'));
}

/** Only of what is distributed is the platform asked. The ledger knows nothing of its views, so nothing is said of its content. */
function distributedOverAskedChannel({ eventId, partition }: ShopEvent): MessageDraft {
  const channel = { channel: ASKED_CHANNEL, status: 'SUCCESS', cost: 0 };
  const value = Buffer.from(JSON.stringify(distributionCompleted(eventId, [channel])));
  return { topic: 'distribution.completed', partition, value };
}

function askedAt(origin: string): string {
  const credentials = { type: 'bearer', token: '$TV_TOKEN' };
  const platform = {
    channel: ASKED_CHANNEL,
    baseUrl: origin,
    parser: 'json',
    credentials,
    intervalSeconds: ASKED_EVERY_SECONDS,
  };
  return JSON.stringify([platform]);
}
