import { createSecretKey } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GraphQLSchema } from 'graphql';
import { createAdmission } from '../../../src/auth/admission';
import { createTokenVerifier } from '../../../src/auth/token';
import { vocabulary } from '../../../src/composition/vocabulary';
import { loadConfig } from '../../../src/config';
import type { LiveLimits } from '../../../src/config/limits';
import { createSizeReader } from '../../../src/gateway/cost/size-reader';
import { openPersistedTexts } from '../../../src/gateway/documents/persisted';
import { createContextFor } from '../../../src/gateway/execute';
import { createGraphQLEndpoint } from '../../../src/gateway/graphql-endpoint';
import { createLive, type Live } from '../../../src/gateway/live/live';
import type { ReservationLimits } from '../../../src/gateway/live/streams/reservations';
import type { SocketLimits } from '../../../src/gateway/live/websocket/limits';
import { openOperations } from '../../../src/composition/operations';
import { createBusinessCalendar } from '../../../src/domain/calendar';
import { createAlarm } from '../../../src/runtime/alarm';
import { systemClock } from '../../../src/runtime/clock';
import type { Database } from '../../../src/database/database';
import { createLogger } from '../../../src/observability/log';
import type { Notifications } from '../../../src/messaging/notifications/notifications';
import { trustedIssuer } from '../tokens/trusted-issuer';
import type { SettableTime } from './settable-time';
import { buildSchema } from '../../../src/resolvers/build-schema';

const SECRET = 'a secret of the tests, long enough for HS256';

/** The live part of a gateway alone, so that a test sees its state. */
export interface LiveGateway {
  readonly origin: string;
  readonly live: Live;
  /** The requests that opened its sockets, as they are now. */
  readonly upgrades: readonly IncomingMessage[];
  stop(): Promise<void>;
}

export interface LiveGatewayOptions {
  readonly schema?: GraphQLSchema;
  /** Replace the default limits, which no test reaches. */
  readonly limits?: Partial<LiveLimits>;
  readonly socketLimits?: Partial<SocketLimits>;
  readonly reservationLimits?: Partial<ReservationLimits>;
  /** What tokens are verified and end by, in place of the machine's. */
  readonly time?: Pick<SettableTime, 'clock' | 'setAlarm'>;
}

const PLENTY: LiveLimits = {
  connectionsPerToken: 100_000,
  subscriptionsPerConnection: 100_000,
  cohortsPerEvent: 1_000,
  costPerEvent: 1_000_000,
};

export async function openLiveGateway(
  database: Database,
  notifications: Notifications,
  {
    schema = buildSchema(),
    limits,
    socketLimits = {},
    reservationLimits = {},
    time,
  }: LiveGatewayOptions = {},
): Promise<LiveGateway> {
  const clock = time?.clock ?? systemClock;
  const calendar = createBusinessCalendar('Asia/Seoul');
  const log = createLogger({ level: 'silent' });
  const contextFor = createContextFor({
    database,
    calendar,
    clock: systemClock,
    industryRefreshMs: 300_000,
  });
  const admission = createAdmission({
    tokens: createTokenVerifier([trustedIssuer({ kind: 'secret', key: createSecretKey(SECRET, 'utf8') })], {
      clock,
    }),
    perToken: undefined,
    perAddress: undefined,
    networkOf: () => 'the tests',
    clock,
  });
  const live = createLive({
    ...openOperations({
      schema,
      contextFor,
      sizes: createSizeReader(database, systemClock),
      clock: systemClock,
      admission,
      persisted: openPersistedTexts('any', ''),
      limits: loadConfig({}, vocabulary).limits,
      tally: { executed: () => undefined, refused: () => undefined },
      introspection: true,
      log,
    }),
    schema,
    notifications,
    admission,
    contextFor,
    limits: { ...PLENTY, ...limits },
    socketLimits,
    reservationLimits,
    unavailableParts: () => Promise.resolve([]),
    clock,
    setAlarm: time?.setAlarm ?? createAlarm(clock),
    log,
  });
  const apollo = { answer: () => Promise.reject(new Error('Only live operations are answered here.')) };
  const server = createServer(createGraphQLEndpoint({ admission, apollo, streams: live.streams, log }));
  const upgrades: IncomingMessage[] = [];
  server.on('upgrade', (request: IncomingMessage) => upgrades.push(request));
  live.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    live,
    upgrades,
    async stop() {
      live.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
