import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Authority, createAuthority, type Pair } from '../../harness/encryption/authority';
import { load, problemsOf } from './load';

const KAFKA = { KAFKA_SSL: 'true' };
const REDIS = { REDIS_URL: 'rediss://redis:6379' };

describe('the files that TLS to Kafka and Redis is spoken with', () => {
  let folder: string;
  let authority: Authority;
  let own: Pair;
  let other: Pair;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'analytics-client-tls-'));
    authority = await createAuthority(folder);
    [own, other] = await Promise.all([authority.issue('own'), authority.issue('other')]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const file = (text: string): string => {
    const name = path.join(folder, 'written.pem');
    writeFileSync(name, text);
    return name;
  };

  it('are named where TLS is spoken', () => {
    const given = {
      KAFKA_BROKERS: 'k1:9092',
      ...{ ...KAFKA, KAFKA_SSL_CA_FILE: ` ${authority.caFile} ` },
      ...{ KAFKA_SSL_CERT_FILE: own.certFile, KAFKA_SSL_KEY_FILE: own.keyFile },
      ...{ ...REDIS, REDIS_TLS_CA_FILE: authority.caFile },
      ...{ DATABASE_URL: 'postgresql://postgres/analytics', JWT_SECRET: 'of the tests' },
    };
    const { kafka, redisTls } = load(given);
    expect(kafka?.tls).toEqual({
      caFile: authority.caFile,
      certFile: own.certFile,
      keyFile: own.keyFile,
    });
    expect(redisTls).toMatchObject({ caFile: authority.caFile, certFile: undefined });
  });

  it.each([
    { what: 'no file', given: () => ({ KAFKA_SSL_CA_FILE: '/nowhere/ca.pem' }), name: 'KAFKA_SSL_CA_FILE' },
    {
      what: 'no certificate',
      given: () => ({ KAFKA_SSL_CA_FILE: file('nothing') }),
      name: 'KAFKA_SSL_CA_FILE',
    },
    {
      what: 'a certificate that is cut off',
      given: () => ({
        KAFKA_SSL_CA_FILE: file('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'),
      }),
      name: 'KAFKA_SSL_CA_FILE',
    },
    {
      what: 'a certificate without its key',
      given: () => ({ KAFKA_SSL_CERT_FILE: own.certFile }),
      name: 'KAFKA_SSL_KEY_FILE',
    },
    {
      what: "another's key",
      given: () => ({ KAFKA_SSL_CERT_FILE: own.certFile, KAFKA_SSL_KEY_FILE: other.keyFile }),
      name: 'KAFKA_SSL_KEY_FILE',
    },
    {
      what: 'a key that is none',
      given: () => ({ REDIS_TLS_CERT_FILE: own.certFile, REDIS_TLS_KEY_FILE: own.certFile }),
      name: 'REDIS_TLS_KEY_FILE',
    },
  ])('are refused where there is $what', ({ given, name }) => {
    const named = problemsOf({ ...KAFKA, ...REDIS, ...given() }).filter((problem) =>
      problem.startsWith(name),
    );
    expect(named).toEqual([expect.stringMatching(new RegExp(`^${name}: `))]);
  });

  it('are refused where nothing would be encrypted', () => {
    const problems = problemsOf({
      KAFKA_SSL_CA_FILE: authority.caFile,
      REDIS_URL: 'redis://redis:6379',
      REDIS_TLS_CA_FILE: authority.caFile,
    });
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^KAFKA_SSL_CA_FILE: is set, but KAFKA_SSL is not true/),
        expect.stringMatching(/^REDIS_TLS_CA_FILE: is set, but REDIS_URL does not begin with rediss/),
      ]),
    );
  });
});
