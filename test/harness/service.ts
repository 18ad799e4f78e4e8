import { createSecretKey } from 'node:crypto';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { signDevelopmentToken } from '../../src/auth/dev-token';
import { type Service, startService } from '../../src/composition';
import { vocabulary } from '../../src/composition/vocabulary';
import { loadConfig } from '../../src/config';
import { createLifecycle, type Lifecycle } from '../../src/lifecycle';
import type { SetAlarm } from '../../src/runtime/alarm';
import type { Clock } from '../../src/runtime/clock';
import { GOES_ON } from '../../src/database/shards';
import type { Statement } from '../../src/database/statement-log';
import { createLogger } from '../../src/observability/log';
import { traceFieldsOfLog } from '../../src/observability/traces/current-span';
import type { Instant, StoreId } from '../../src/domain/values';
import type { PolledPlatform } from '../../src/workers/polling/channel-poller';
import { layOutEmbedded, removeEmbedded } from './database/embedded-template';
import { TEST_PRIVACY_KEY } from './digests';
import { distributionOf } from './isolation';

/** The secret of test services. */
export const TEST_SECRET = 'a secret of the tests, long enough for HS256';

export interface TestService extends Service {
  readonly origin: string;
  readonly lifecycle: Lifecycle;
  /** The statements for readers since the list was last emptied. */
  readonly statements: Statement[];
  /** The statements for workers, where they have their own connections. */
  readonly workerStatements: Statement[];
  /** A token that may read these stores; an admin's when left out. */
  token(stores?: readonly string[]): string;
  /** Sends the lines of a message file, and does not check the outcome. */
  post(messages: readonly { readonly topic: string; readonly value: unknown }[]): Promise<PostedEvents>;
  stop(): Promise<void>;
}

export interface PostedEvents {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly error: string }[];
}

export interface TestServiceOptions {
  /** Variables added to those of a quiet, embedded service on a free port. */
  readonly env?: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  /** Rings by that clock where a token ends; by timers when left out. */
  readonly setAlarm?: SetAlarm;
  /** Polled by the service in place of those that CHANNEL_PLATFORMS names. */
  readonly platforms?: readonly PolledPlatform[];
  /** Receives the lines of the log; LOG_LEVEL sets the level. */
  readonly onLog?: (line: string) => void;
}

/** The whole service in this process, on a free port of the loopback, its data in a folder that goes with it. */
export async function startTestService({
  env,
  clock,
  setAlarm,
  platforms = env?.['CHANNEL_PLATFORMS'] === undefined ? [] : undefined,
  onLog,
}: TestServiceOptions = {}): Promise<TestService> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'analytics-test-'));
  const config = loadConfig(
    {
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
      JWT_SECRET: TEST_SECRET,
      PRIVACY_KEY: TEST_PRIVACY_KEY,
      DATA_DIR: dataDir,
      ...distributedLike(env?.['DATABASE_URL']),
      ...env,
    },
    vocabulary,
  );
  const { database } = config;
  if (database.kind === 'embedded' && !existsSync(database.folder)) await layOutEmbedded(database.folder);
  const log = createLogger({
    level: config.logLevel,
    ...(config.traces && { contextFields: traceFieldsOfLog }),
    ...(onLog && { destination: { write: (line: string) => onLog(line) } }),
  });
  const lifecycle = createLifecycle({ timeoutMs: 10_000, log });
  const statements: Statement[] = [];
  const workerStatements: Statement[] = [];
  const service = await startService(config, {
    lifecycle,
    log,
    ...(clock && { clock }),
    ...(setAlarm && { setAlarm }),
    ...(platforms && { platforms }),
    onStatement(statement) {
      // Over several shards a reading takes more than one statement, and counts once.
      if (statement.sql.startsWith(GOES_ON)) return;
      (statement.by === 'readers' ? statements : workerStatements).push(statement);
    },
  });
  lifecycle.markReady();
  const origin = `http://127.0.0.1:${service.port}`;
  const token = (stores?: readonly string[]): string => signToken(service.clock.now(), stores);
  return {
    ...service,
    origin,
    lifecycle,
    statements,
    workerStatements,
    token,
    async post(messages) {
      const response = await fetch(`${origin}/dev/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' },
        body: JSON.stringify(messages),
      });
      if (response.status !== 200)
        throw new Error(`/dev/events answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as PostedEvents;
    },
    async stop() {
      const report = await lifecycle.stop();
      await removeEmbedded(dataDir);
      if (report.failures.length > 0 || report.hung.length > 0) {
        throw new Error(`The service did not stop cleanly: ${JSON.stringify(report)}`);
      }
    },
  };
}

const HOUR_MS = 3_600_000;

/** Signed as the issuer would, with the secret that test services are given. */
export function signToken(now: Instant, stores?: readonly string[], subject = 'somebody'): string {
  return signDevelopmentToken(createSecretKey(TEST_SECRET, 'utf8'), {
    subject,
    ...(stores ? { storeIds: stores as readonly StoreId[] } : { roles: ['ADMIN'] }),
    issuedAt: now,
    expiresAt: (now + HOUR_MS) as Instant,
  });
}

/** A token with this subject that may read these stores; an admin's when left out. */
export const tokenOf = (subject: string, stores?: readonly string[]): string =>
  signToken(Date.now() as Instant, stores, subject);

/** The run's own server may be the coordinator of a Citus. */
function distributedLike(url: string | undefined): NodeJS.ProcessEnv {
  const distribution = url === undefined ? undefined : distributionOf(url);
  return distribution === undefined ? {} : { DATABASE_DISTRIBUTION: distribution };
}
