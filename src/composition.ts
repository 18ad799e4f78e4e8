// Ahead of everything that is decorated, whichever of it comes first.
import 'reflect-metadata';
import type { KeyObject } from 'node:crypto';
import { createDevelopmentKey } from './auth/dev-token';
import { openChanges } from './composition/changes';
import { openDatabase } from './composition/database';
import type * as GatewayModule from './composition/gateway';
import { isInProcess, openSource } from './composition/source';
import type { Surroundings } from './composition/surroundings';
import type * as WorkersModule from './composition/workers';
import type { Config } from './config';
import { createBusinessCalendar } from './domain/calendar';
import type { Clock } from './runtime/clock';
import type { Database } from './database/database';
import { createMetrics } from './observability/metrics';
import type { EmbeddedSource } from './messaging/source/embedded';

export type { Surroundings } from './composition/surroundings';

export interface Service {
  /** The port that the gateway listens on; undefined without that role. */
  readonly port: number | undefined;
  /** The key made up at start where none is configured, to sign development tokens with. */
  readonly developmentKey: KeyObject | undefined;
  /** Where messages come in when there is no Kafka. */
  readonly embeddedSource: EmbeddedSource | undefined;
  readonly database: Database;
  /** The one that all of it goes by. */
  readonly clock: Clock;
}

/**
 * Puts the parts together and starts them, from the ground up. Each is handed to the lifecycle beside its opening, so
 * that stopping, or failing half-way, closes exactly what was opened, in reverse.
 */
export async function startService(config: Config, surroundings: Surroundings): Promise<Service> {
  const { lifecycle } = surroundings;
  const calendar = createBusinessCalendar(config.businessTimeZone);
  const database = await openDatabase(config, surroundings);
  const clock = surroundings.clock ?? database.clock;
  lifecycle.own('database', database, { check: () => database.check() });
  const changes = await openChanges(config, surroundings, database, clock);

  const monitoring = createMetrics();
  const source = openSource(config, surroundings, database);
  const shared = { database, calendar, monitoring };
  if (config.roles.has('worker')) {
    const { startWorkers } = loadWorkers();
    await startWorkers(config, { ...surroundings, clock }, { ...shared, source, changes: changes.changes });
  }

  const embeddedSource = isInProcess(source) ? source : undefined;
  const started = { embeddedSource, database, clock };
  const { token } = config;
  if (token === undefined) return { ...started, port: undefined, developmentKey: undefined };
  const developmentKey = token.keySource.kind === 'development' ? createDevelopmentKey() : undefined;
  const { startGateway } = loadGateway();
  const parts = { ...shared, changes, token, developmentKey, embeddedSource };
  const port = await startGateway(config, { ...surroundings, clock }, parts);
  return { ...started, port, developmentKey };
}

// What a role does not need is not loaded: the modules of the gateway are 23 MB, which a worker alone would keep.
/* eslint-disable @typescript-eslint/no-require-imports -- import() would need the names of files that src does not have */
const loadWorkers = (): typeof WorkersModule => require('./composition/workers') as typeof WorkersModule;
const loadGateway = (): typeof GatewayModule => require('./composition/gateway') as typeof GatewayModule;
/* eslint-enable @typescript-eslint/no-require-imports */
