// Decorated classes need it loaded before them.
import 'reflect-metadata';
import type { KeyObject } from 'node:crypto';
import { createDevelopmentKey } from './auth/dev-token';
import { openChanges } from './composition/changes';
import { openDatabase } from './composition/database';
import type * as GatewayModule from './composition/gateway';
import { isInProcess, openSource } from './composition/source';
import { openTraces } from './composition/traces';
import type { Runtime } from './composition/runtime';
import type * as ReplaysModule from './composition/replays';
import type { ReplayParts } from './composition/replays';
import type * as WorkersModule from './composition/workers';
import type { Config } from './config';
import { createBusinessCalendar } from './domain/calendar';
import { tracedDatabase } from './database/traced-database';
import type { Clock } from './runtime/clock';
import type { Database } from './database/database';
import { createMetrics, type Metrics } from './observability/metrics';
import type { EmbeddedSource } from './messaging/source/embedded';
import type { ReplayResult } from './resolvers/operating';
import { openProbeServer } from './probes/probe-server';
import { createProbes } from './probes/probes';

export type { Runtime } from './composition/runtime';

export interface Service {
  /** The port that the process listens on: its gateway, or the probes of a worker alone. Undefined in a command without a gateway. */
  readonly port: number | undefined;
  /** The key generated at start where none is configured; it signs development tokens. */
  readonly developmentKey: KeyObject | undefined;
  /** Receives messages when there is no Kafka. */
  readonly embeddedSource: EmbeddedSource | undefined;
  readonly database: Database;
  /** The clock of all parts. */
  readonly clock: Clock;
}

/**
 * Opens and starts the parts in the order of their dependencies. The lifecycle owns each part as soon as it is open, so
 * that stopping, or a failed start, closes exactly what was opened, in reverse.
 */
export async function startService(config: Config, runtime: Runtime): Promise<Service> {
  const { lifecycle } = runtime;
  // Ahead of everything that is opened: what cannot be loaded fails before a message is applied.
  const workers = config.roles.has('worker') ? loadWorkers() : undefined;
  const gateway = config.gateway && { ...config.gateway, start: loadGateway().startGateway };
  const metrics = createMetrics();
  // Closed last: what stopping the others tells is sent as well.
  const tracer = openTraces(config, runtime);
  const probesPort = gateway === undefined ? await openWorkerProbes(config, runtime, metrics) : undefined;
  const calendar = createBusinessCalendar(config.businessTimeZone);
  const opened = await openDatabase(config, runtime);
  const database = tracer === undefined ? opened : tracedDatabase(opened, tracer);
  const clock = runtime.clock ?? database.clock;
  lifecycle.own('database', database, { check: () => database.check() });
  const changes = await openChanges(config, runtime, { database, clock, tracer });

  const source = openSource(config, runtime, database);
  const shared = { database, calendar, metrics, tracer };
  await workers?.startWorkers(config, { ...runtime, clock }, { ...shared, source, changes: changes.changes });

  const embeddedSource = isInProcess(source) ? source : undefined;
  const started = { embeddedSource, database, clock };
  if (gateway === undefined) return { ...started, port: probesPort, developmentKey: undefined };
  const { token } = gateway;
  const needsKey = token.issuers.some(({ keySource }) => keySource.kind === 'development');
  const developmentKey = needsKey ? createDevelopmentKey() : undefined;
  const dependencies = {
    ...shared,
    changes,
    token,
    developmentKey,
    embeddedSource,
    replayLetter: createReplay(config, { database, changePublisher: changes.changes, clock }),
  };
  const port = await gateway.start(config, { ...runtime, clock }, dependencies);
  return { ...started, port, developmentKey };
}

/**
 * Ahead of everything that has to be waited for, and so closed behind it: that it starts, waits for a server or is stopping is what
 * the probes of a worker tell.
 */
async function openWorkerProbes(
  { http }: Config,
  { lifecycle, log, isCommand }: Runtime,
  { registry }: Metrics,
): Promise<number | undefined> {
  if (isCommand === true) return undefined;
  const server = await openProbeServer(createProbes({ lifecycle, registry, log }), http);
  return lifecycle.own('probes', server).port;
}

/** Projections are loaded with the first letter that is replayed: a gateway has no other use for them. */
function createReplay(config: Config, parts: ReplayParts): (id: bigint) => Promise<ReplayResult | undefined> {
  let replay: ReturnType<typeof ReplaysModule.createReplaying> | undefined;
  return (id) => {
    replay ??= loadReplays().createReplaying(config, parts);
    return replay(id);
  };
}

// Each role loads only its own modules: the gateway's take 19 MiB, which a worker process would keep.
const loadWorkers = (): typeof WorkersModule => require('./composition/workers') as typeof WorkersModule;
const loadReplays = (): typeof ReplaysModule => require('./composition/replays') as typeof ReplaysModule;
const loadGateway = (): typeof GatewayModule => require('./composition/gateway') as typeof GatewayModule;
