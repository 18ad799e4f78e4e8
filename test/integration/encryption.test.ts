import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { analyticsPath } from '../harness/contract/service';
import { type Authority, createAuthority, type Pair } from '../harness/encryption/authority';
import {
  PASSWORD,
  securedKafka,
  securedPostgres,
  securedRedis,
  type SecuredServer,
  USER,
} from '../harness/encryption/servers';
import { createHttpClient } from '../harness/http';
import { freshTopicPrefix } from '../harness/isolation';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { startTestService, type TestService } from '../harness/service';
import { openTopics } from '../harness/topics';
import { waitFor } from '../harness/wait-for';

const WITHIN_MS = 60_000;

describe('over encrypted connections, each side with a certificate', () => {
  let folder: string;
  /** Whom everybody trusts, and one whom nobody does. */
  let authority: Authority;
  let untrusted: Authority;
  let own: Pair;
  let postgres: SecuredServer & { readonly url: string };
  let redis: SecuredServer;
  let kafka: SecuredServer;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'analytics-encryption-'));
    // PostgreSQL runs as another user.
    chmodSync(folder, 0o755);
    authority = await createAuthority(path.join(folder, 'trusted'));
    untrusted = await createAuthority(path.join(folder, 'untrusted'));
    own = await authority.issue('service');
    [postgres, redis, kafka] = await Promise.all([
      securedPostgres(authority),
      securedRedis(authority),
      securedKafka(authority),
    ]);
  });
  afterAll(async () => {
    // One that could not be started leaves the variables of all without a value.
    const started = [postgres, redis, kafka] as readonly (SecuredServer | undefined)[];
    await Promise.all(started.map(async (secured) => secured?.server.remove()));
    rmSync(folder, { recursive: true, force: true });
  });

  const services: TestService[] = [];
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.stop()));
  });

  interface Changes {
    readonly database?: Readonly<Record<string, string>>;
    readonly host?: string;
    readonly env?: NodeJS.ProcessEnv;
  }
  const lines: string[] = [];
  async function start({ database = {}, host = 'localhost', env = {} }: Changes = {}): Promise<TestService> {
    const url = new URL(postgres.url.replace('@localhost', `@${host}`));
    const ssl = {
      sslmode: 'verify-full',
      sslrootcert: authority.caFile,
      sslcert: own.certFile,
      sslkey: own.keyFile,
    };
    for (const [name, value] of Object.entries({ ...ssl, ...database })) url.searchParams.set(name, value);
    const prefix = freshTopicPrefix();
    lines.length = 0;
    const service = await startTestService({
      env: {
        DATABASE_URL: url.href,
        REDIS_URL: `rediss://${host}:${redis.port}`,
        REDIS_TLS_CA_FILE: authority.caFile,
        REDIS_TLS_CERT_FILE: own.certFile,
        REDIS_TLS_KEY_FILE: own.keyFile,
        KAFKA_BROKERS: `${host}:${kafka.port}`,
        KAFKA_SSL: 'true',
        KAFKA_SSL_CA_FILE: authority.caFile,
        KAFKA_SSL_CERT_FILE: own.certFile,
        KAFKA_SSL_KEY_FILE: own.keyFile,
        KAFKA_SASL_MECHANISM: 'scram-sha-512',
        KAFKA_SASL_USERNAME: USER,
        KAFKA_SASL_PASSWORD: PASSWORD,
        KAFKA_TOPIC_PREFIX: prefix,
        KAFKA_GROUP_ID: prefix,
        LOG_LEVEL: 'warn',
        ...env,
      },
      onLog: (line) => void lines.push(line),
    });
    services.push(service);
    return service;
  }

  const untilReady = (service: TestService): Promise<unknown> =>
    waitFor(async () => (await service.lifecycle.readiness()).parts.every(({ ready }) => ready), {
      what: 'every part to be ready',
      timeoutMs: WITHIN_MS,
    });
  async function partsOf(service: TestService): Promise<Readonly<Record<string, boolean>>> {
    const { parts } = await service.lifecycle.readiness();
    return Object.fromEntries(parts.map(({ name, ready }) => [name, ready]));
  }
  const untilSaid = (text: RegExp): Promise<unknown> =>
    waitFor(() => lines.some((line) => text.test(line)), {
      what: `a line like ${text}`,
      timeoutMs: WITHIN_MS,
    });

  it('counts what comes, and answers it', async () => {
    const prefix = freshTopicPrefix();
    const service = await start({ env: { KAFKA_TOPIC_PREFIX: prefix, KAFKA_GROUP_ID: prefix } });
    await untilReady(service);
    const topics = await openTopics([kafka.server.url], prefix);
    const ids = newEvent();
    await topics.send('event.created', [eventCreated(ids)], { key: ids.eventId });
    await topics.send('participant.registered', [participantRegistered(ids.eventId)], { key: ids.eventId });
    const http = createHttpClient(service.origin);
    await waitFor(
      async () =>
        (await http.get(analyticsPath(ids.eventId), service.token([ids.storeId]))).body.includes('"count":1'),
      { what: 'the participant to be counted', timeoutMs: WITHIN_MS },
    );
    await topics.close();
    expect(lines.join('\n')).not.toContain(PASSWORD);
  });

  it.each([
    {
      what: 'whose certificate nobody trusts',
      database: () => ({ sslrootcert: untrusted.caFile }),
      reason: /self-signed|unable to (?:get|verify)/,
    },
    {
      what: 'that is called otherwise',
      host: '127.0.0.1',
      reason: /does not match certificate|not in the cert/,
    },
    {
      what: 'that wants a certificate',
      database: () => ({ sslcert: '', sslkey: '' }),
      reason: /certificate/,
    },
    {
      what: 'whose authority is in no file',
      database: () => ({ sslrootcert: '/nowhere/ca.pem' }),
      reason: /nowhere/,
    },
  ])('does not start on a database $what, and says why', async ({ database, host, reason }) => {
    await expect(start({ ...(database && { database: database() }), ...(host && { host }) })).rejects.toThrow(
      reason,
    );
  });

  it('reads no broker, and uses no Redis, whose certificate nobody trusts, and says why', async () => {
    const service = await start({
      env: { KAFKA_SSL_CA_FILE: untrusted.caFile, REDIS_TLS_CA_FILE: untrusted.caFile },
    });
    await untilSaid(/"Redis cannot be reached yet"/);
    await untilSaid(/"Kafka cannot be read; trying until it can"/);
    expect(await partsOf(service)).toMatchObject({ database: true, redis: false, consumer: false });
    for (const what of ['Redis cannot be reached yet', 'Kafka cannot be read'])
      expect(lines.find((line) => line.includes(what))).toMatch(/self-signed|unable to (?:get|verify)/);
  });

  it('reads no broker with a wrong password, and says why', async () => {
    const service = await start({ env: { KAFKA_SASL_PASSWORD: 'another' } });
    await untilSaid(/"Kafka cannot be read; trying until it can"/);
    expect(lines.find((line) => line.includes('Kafka cannot be read'))).toMatch(/SASL|[Aa]uthentication/);
    expect(await partsOf(service)).toMatchObject({ database: true, redis: true, consumer: false });
  });

  it('shows renewed certificates to servers that it connects to from then on', async () => {
    const renewed = await authority.issue('renewed');
    const service = await start({
      database: { sslcert: renewed.certFile, sslkey: renewed.keyFile },
      env: {
        REDIS_TLS_CERT_FILE: renewed.certFile,
        REDIS_TLS_KEY_FILE: renewed.keyFile,
        KAFKA_SSL_CERT_FILE: renewed.certFile,
        KAFKA_SSL_KEY_FILE: renewed.keyFile,
      },
    });
    await untilReady(service);
    const use = (pair: Pair): void => {
      copyFileSync(pair.certFile, renewed.certFile);
      copyFileSync(pair.keyFile, renewed.keyFile);
    };
    /** Ends every connection to them, so that others have to be made. */
    async function restart(): Promise<void> {
      for (const { server } of [redis, postgres, kafka]) {
        await server.stop();
        await server.start();
      }
    }
    // Were they not read anew, these would not be noticed.
    use(await untrusted.issue('untrusted'));
    await restart();
    await waitFor(
      async () => {
        const { database, redis: cache, consumer } = await partsOf(service);
        return database === false && cache === false && consumer === false;
      },
      { what: 'each of the servers to refuse it', timeoutMs: WITHIN_MS },
    );
    use(await authority.issue('next'));
    await untilReady(service);
  });
});
