import { inspect } from 'node:util';
import { DEVELOPMENT_PRIVACY_KEY } from '../../../src/config/keys';
import { load, problemsOf, SECRET, SERVERS } from './load';

const production = { NODE_ENV: 'production', ROLES: 'worker', ...SERVERS };

describe('the key of those who were erased', () => {
  test('is of at least 32 bytes, and no problem shows it', () => {
    const short = 'thirty-one bytes are not enough';
    expect(problemsOf({ PRIVACY_KEY: short })).toEqual([
      expect.stringMatching(/^PRIVACY_KEY: .*at least 32 bytes, never to be changed/),
    ]);
    expect(problemsOf({ PRIVACY_KEY: short }).join()).not.toContain(short);
    expect(load({ PRIVACY_KEY: SECRET }).privacyKey?.export().toString()).toBe(SECRET);
    expect(inspect(load({ PRIVACY_KEY: SECRET }), { depth: 9 })).not.toContain(SECRET);
  });

  test('is in production none that stands in the documentation', () => {
    const known = 'for trying it out on one machine only';
    expect(problemsOf({ ...production, PRIVACY_KEY: known })).toEqual([
      'PRIVACY_KEY: stands in the documentation (one of your own with NODE_ENV=production)',
    ]);
    expect(problemsOf({ ...production, PRIVACY_KEY: SECRET })).toEqual([]);
  });

  test('need not be there: embedded outside production there is one to try it out by, elsewhere none', () => {
    expect(load({}).privacyKey).toBe(DEVELOPMENT_PRIVACY_KEY);
    expect(load({ ...SERVERS, JWT_SECRET: SECRET }).privacyKey).toBeUndefined();
    expect(load(production).privacyKey).toBeUndefined();
  });
});
