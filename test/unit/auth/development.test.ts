import type { KeyObject } from 'node:crypto';
import { createDevelopmentKey, signDevelopmentToken } from '../../../src/auth/dev-token';
import { mayRead } from '../../../src/auth/may-read';
import { createTokenVerifier } from '../../../src/auth/token';
import type { Viewer } from '../../../src/auth/viewer';
import type { Instant, StoreId } from '../../../src/domain/values';
import { trustedIssuer } from '../../harness/tokens/trusted-issuer';
import { clockAt, failureOf, NOW, STORE } from './tokens';

const store = STORE as StoreId;
const otherStore = '660e8400-e29b-41d4-a716-446655440002' as StoreId;
const expiresAt = (NOW + 3_600_000) as Instant;

describe('who may read', () => {
  const viewer = (rest: Partial<Viewer>): Viewer => ({
    subject: 'me',
    storeIds: new Set(),
    isAdmin: false,
    expiresAt,
    ...rest,
  });

  test('an owner their own stores, and no other', () => {
    expect(mayRead(viewer({ storeIds: new Set([store]) }), store)).toBe(true);
    expect(mayRead(viewer({ storeIds: new Set([store]) }), otherStore)).toBe(false);
    expect(mayRead(viewer({}), store)).toBe(false);
  });

  test('an admin every store', () => {
    expect(mayRead(viewer({ isAdmin: true }), otherStore)).toBe(true);
  });
});

describe('a development token', () => {
  const key = createDevelopmentKey();
  const token = {
    subject: 'demo',
    storeIds: [store],
    roles: ['ADMIN'],
    issuedAt: NOW,
    expiresAt,
    issuer: 'us',
    audience: 'analytics',
  };
  const verifierBy = (own: KeyObject) =>
    createTokenVerifier(
      [trustedIssuer({ kind: 'secret', key: own }, { issuer: 'us', audiences: ['analytics'] })],
      { clock: clockAt() },
    );

  test('is one that the verifier takes', async () => {
    const verifier = verifierBy(key);
    expect(await verifier.verify(`Bearer ${signDevelopmentToken(key, token)}`)).toEqual({
      subject: 'demo',
      storeIds: new Set([store]),
      isAdmin: true,
      expiresAt,
    });
  });

  test('is worth nothing to a process that made up another key', async () => {
    const verifier = verifierBy(createDevelopmentKey());
    const attempt = verifier.verify(`Bearer ${signDevelopmentToken(key, token)}`);
    expect(await failureOf(attempt)).toMatchObject({ code: 'UNAUTHORIZED' });
  });
});
