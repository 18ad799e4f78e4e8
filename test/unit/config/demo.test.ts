import { loadDemoConfig } from '../../../src/config';
import { anyZone, SECRET, SERVERS } from './load';

const given = process.env;
afterEach(() => void (process.env = given));

const tokenOf = (env: NodeJS.ProcessEnv) => {
  process.env = env;
  return loadDemoConfig(anyZone).gateway?.token;
};

describe('a demo', () => {
  test('signs tokens of its own, whatever is configured of real ones', () => {
    const ofRealTokens = {
      JWT_JWKS_URI: 'https://issuer.example/keys',
      JWT_ALGORITHM: 'ES256',
      JWT_ISSUER: 'https://issuer.example',
      JWT_AUDIENCE: 'analytics',
      JWT_AUDIENCE_CLAIM: 'client_id',
      JWT_STORES_CLAIM: 'https://shop.example/stores',
      JWT_ROLES_CLAIM: 'realm_access.roles',
      JWT_ADMIN_ROLES: 'head office',
    };
    expect(tokenOf({ ...SERVERS, ...ofRealTokens })).toEqual(tokenOf({}));
    const list = JSON.stringify([{ issuer: 'https://issuer.example', audience: 'x' }]);
    expect(tokenOf({ JWT_ISSUERS: list, JWT_AUDIENCE_CLAIM: 'client_id' })).toEqual(tokenOf({}));
  });

  test('does not mind how servers are connected to that it does not use', () => {
    const names = ['CA', 'CERT', 'KEY'].flatMap((what) => [
      `KAFKA_SSL_${what}_FILE`,
      `REDIS_TLS_${what}_FILE`,
    ]);
    const files = Object.fromEntries(names.map((name) => [name, '/nowhere/file.pem']));
    expect(tokenOf({ REDIS_URL: 'rediss://redis', KAFKA_SSL: 'true', ...files })).toEqual(tokenOf({}));
  });

  test('signs them by a secret that is given', () => {
    expect(tokenOf({ JWT_SECRET: SECRET })?.issuers).toMatchObject([{ keySource: { kind: 'secret' } }]);
  });
});
