import { cpSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { createRandom } from '../../../src/commands/simulator/random';
import { signToken } from '../../faults/deployment/deployment';
import { type Progress, watchProgress } from '../../faults/deployment/progress';
import { startFaultServers } from '../../faults/deployment/servers';
import { createShops, type Shops } from '../../faults/ledger/shops';
import { openTraffic, type Traffic } from '../../faults/ledger/traffic';
import { createPrometheus } from '../../harness/servers/prometheus';
import type { Server } from '../../harness/servers/server';
import { type Configuration, type ServiceName, SERVICES, writeConfiguration } from './configuration';
import { createDrillDatabase, type DrillDatabase } from './database';
import { placeKafkaCommands } from './kafka-commands';
import { openOperatorsCommands } from './operators-commands';
import { type Platform, startPlatform } from './platform';
import { askedAt, distributedOverAskedChannel } from './platform-settings';
import { operateServer, operateService, type OperatedService } from './processes';
import { startReaders } from './readers';
import { newSecret } from './secrets';
import { startSteadyMessages, type SteadyMessages } from './steady-messages';

/** A gateway and two workers as processes, with all that they need, and a folder from which an operator works them. */
export interface DrillDeployment extends Backing, Configuration, Movement {
  readonly folder: string;
  readonly prometheus: Server;
  readonly service: (name: ServiceName) => OperatedService;
  /** Stops them and starts them with what their files say now, one after the other. */
  readonly restart: (...names: readonly ServiceName[]) => Promise<void>;
  /** Closes it with the deployment, before what it needs. */
  readonly own: Own;
}

/** What the processes need. */
interface Backing {
  readonly postgres: Server;
  readonly redis: Server;
  readonly kafka: Server;
  readonly database: DrillDatabase;
  readonly platform: Platform;
}

/** Messages and readers. */
interface Movement {
  readonly shops: Shops;
  readonly traffic: Traffic;
  readonly messages: SteadyMessages;
  readonly progress: Progress;
}

export interface Closable {
  close(): Promise<unknown>;
}

/** To be called with each thing as soon as there is something to close. */
export type Own = (resource: Closable) => void;

const ROOT = path.resolve(__dirname, '../../..');
const RULES = path.join(ROOT, 'deploy/prometheus/alerts.yaml');

export async function openDrillDeployment(folder: string, own: Own): Promise<DrillDeployment> {
  const [password, platformToken] = [newSecret(), newSecret()];
  const backing = await openBacking(password, platformToken, own);
  const { postgres, redis, kafka, database, platform } = backing;
  const configuration = await writeConfiguration({
    folder,
    databaseUrl: database.url(password),
    redisUrl: `${redis.url}/0`,
    broker: kafka.url,
    platforms: askedAt(platform.origin),
    platformToken,
  });
  configuration.keepSecret('postgres-analytics', password);
  configuration.keepSecret('tv-token', platformToken);
  placeBuild(folder);
  await placeKafkaCommands(folder, kafka.url);

  const services = await startServices(folder, configuration, own);
  const service = (name: ServiceName): OperatedService => services.get(name)!;
  const servers = new Map([postgres, redis, kafka].map((server) => [server.name, operateServer(server)]));
  own(await openOperatorsCommands(folder, new Map([...services, ...servers])));
  const prometheus = await createPrometheus({ targets: SERVICES.map(configuration.place), rules: RULES });
  ownServer(own, prometheus);
  await prometheus.start();
  const movement = await startMovement(backing, configuration, own);

  return {
    ...backing,
    ...configuration,
    ...movement,
    ...{ folder, prometheus, service, own },
    async restart(...names) {
      for (const name of names) {
        await service(name).stop();
        await service(name).start();
      }
    },
  };
}

const ownServer = (own: Own, server: Server): void => own({ close: () => server.remove() });

async function openBacking(password: string, platformToken: string, own: Own): Promise<Backing> {
  const {
    postgres,
    redis: [redis],
    brokers: [kafka],
  } = await startFaultServers((server) => ownServer(own, server));
  const database = await createDrillDatabase(postgres, password);
  const platform = await startPlatform(platformToken);
  own(platform);
  return { postgres, redis, kafka, database, platform };
}

/** Commands build anew where they are called (`npm run verify`): what runs must not lose its files by that. */
function placeBuild(folder: string): void {
  const place = path.join(folder, 'service');
  for (const part of ['dist', 'prisma', 'package.json'])
    cpSync(path.join(ROOT, part), path.join(place, part), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(place, 'node_modules'));
}

async function startServices(
  folder: string,
  { origin }: Configuration,
  own: Own,
): Promise<ReadonlyMap<ServiceName, OperatedService>> {
  const services = new Map(
    SERVICES.map((name) => [name, operateService({ name, folder, origin: origin(name) })] as const),
  );
  const all = [...services.values()];
  own({ close: () => Promise.all(all.map((each) => each.kill())) });
  await Promise.all(all.map((each) => each.start()));
  return services;
}

async function startMovement(
  { kafka, database }: Backing,
  { origin, jwtSecret, keepSecret }: Configuration,
  own: Own,
): Promise<Movement> {
  const random = createRandom(Date.now());
  const shops = createShops('행사', random, Date.now());
  const traffic = await openTraffic({ brokers: [kafka.url], prefix: '', shops, random });
  const messages = startSteadyMessages(traffic);
  own(messages);
  const progress = watchProgress(database.adminUrl);
  own(progress);
  await traffic.send([...traffic.factory.definitions(), ...shops.events.map(distributedOverAskedChannel)]);
  messages.resume();
  const token = signToken(jwtSecret, shops.stores);
  keepSecret('token-of-a-reader', token);
  const eventIds = shops.events.map(({ eventId }) => eventId);
  own(startReaders(origin('gateway'), token, eventIds));
  return { shops, traffic, messages, progress };
}
