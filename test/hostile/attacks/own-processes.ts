import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { signDevelopmentToken } from '../../../src/auth/dev-token';
import type { Instant } from '../../../src/domain/values';
import { startServiceProcess } from '../../faults/deployment/service-process';
import { freePort } from '../../harness/machine/ports';
import { waitFor } from '../../harness/wait-for';
import type { Attack, Scenario } from '../attack';
import { ask, sendLines } from '../clients/http';
import { HEAP_MEBIBYTES } from '../deployment/gateway';

const STARTED_MS = 60_000;
const HOUR_MS = 3_600_000;
const JUNK_LINES = 8_000_000;
const NO_SERVERS = { DATABASE_URL: undefined, REDIS_URL: undefined, KAFKA_BROKERS: undefined };

/** What is done to another process than the gateway of the others. */
export const OWN_PROCESSES: readonly Attack[] = [
  {
    name: 'junk-for-dev-events',
    what: 'eight million lines that are no messages, to a service without servers',
    isInShort: true,
    run: sendJunk,
  },
  {
    name: 'printed-secrets',
    what: 'a production that is started with the secrets of README and compose, or with keys over plain http',
    isInShort: true,
    run: startWithPrintedSecrets,
  },
];

async function sendJunk(scenario: Scenario): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'analytics-junk-'));
  const port = await freePort();
  const secret = randomBytes(32).toString('hex');
  const service = startServiceProcess({
    name: 'without servers',
    logFile: path.join(scenario.logFolder, 'without-servers.log'),
    env: {
      ...NO_SERVERS,
      NODE_ENV: 'development',
      PORT: String(port),
      JWT_SECRET: secret,
      DATA_DIR: path.join(folder, 'data'),
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MEBIBYTES}`,
    },
  });
  scenario.own({
    async close() {
      await service.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  });
  const origin = `http://127.0.0.1:${port}`;
  await waitFor(async () => (await fetch(`${origin}/readyz`)).ok, {
    what: 'it to be ready',
    timeoutMs: STARTED_MS,
  });
  const token = signDevelopmentToken(createSecretKey(secret, 'utf8'), {
    subject: 'somebody who tries it out',
    roles: ['ADMIN'],
    issuedAt: (Date.now() - HOUR_MS) as Instant,
    expiresAt: (Date.now() + HOUR_MS) as Instant,
  });
  const { status } = await sendLines(`${origin}/dev/events`, { token, line: 'x\n', times: JUNK_LINES });
  scenario.answerCounts.add(String(status));
  scenario.expect([0, 413].includes(status), `eight million lines of junk were answered ${status}`);
  const { status: health } = await ask(origin, { path: '/api/health' });
  scenario.expect(
    health === 200 && service.ended === undefined,
    `the service ended: ${service.ended ?? health}`,
  );
}

const PRINTED: readonly (readonly [string, NodeJS.ProcessEnv])[] = [
  ['the secret of README', { JWT_SECRET: 'at least thirty-two bytes that nobody can guess' }],
  ['the secret of compose', { JWT_SECRET: 'for trying it out on one machine only' }],
  ['keys over plain http', { JWT_JWKS_URI: 'http://keys.example/.well-known/jwks.json' }],
];

async function startWithPrintedSecrets(scenario: Scenario): Promise<void> {
  for (const [what, env] of PRINTED) {
    const service = startServiceProcess({
      name: what,
      logFile: path.join(scenario.logFolder, 'printed-secrets.log'),
      env: {
        DATABASE_URL: 'postgresql://127.0.0.1:1/none',
        KAFKA_BROKERS: '127.0.0.1:1',
        REDIS_URL: 'redis://127.0.0.1:1',
        NODE_ENV: 'production',
        PORT: '0',
        ...env,
      },
    });
    scenario.own({ close: () => service.kill() });
    await waitFor(() => service.ended !== undefined, {
      what: `a production with ${what} to end`,
      timeoutMs: STARTED_MS,
    });
    scenario.answerCounts.add(`ended with ${service.exitCode}`);
    const [variable] = Object.keys(env);
    scenario.expect(service.exitCode !== 0, `a production with ${what} ended as if all were well`);
    scenario.expect(
      service.said().includes(variable!),
      `a production with ${what} does not say that it is ${variable}`,
    );
  }
}
