import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import jwt from 'jsonwebtoken';
import { analyticsPath, type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import type { EventIds } from '../harness/messages';
import { TRANSPORTS } from '../harness/operations/transports';
import { IssuerServer, published } from '../harness/tokens/issuer-server';
import { recipesOf, TOKENS } from '../harness/tokens/recipes';

const page = readFileSync(path.join(__dirname, '../../docs/tokens.md'), 'utf8');
const ours = generateKeyPairSync('rsa', { modulusLength: 2048 });
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Key sets as issuers publish them: with one key for signing among others. */
const KEY_SET = [
  published(foreign.publicKey, 'enc', { use: 'enc', alg: 'RSA-OAEP' }),
  { kty: 'AKP', alg: 'ML-DSA-65', kid: 'pq', pub: 'AA', use: 'sig' },
  published(foreign.publicKey, 'before', { alg: 'RS256' }),
  published(ours.publicKey, 'now', { alg: 'RS256' }),
];

describe('the recipes of docs/tokens.md', () => {
  let keys: IssuerServer;
  let service: ServiceUnderContract;
  let event: EventIds;
  let other: EventIds;

  beforeAll(async () => {
    keys = await IssuerServer.start(KEY_SET);
    // Each issuer as the page has it, but for the address of its keys: they are published on this machine.
    const issuers = recipesOf(page).map((recipe) => ({ ...recipe, jwksUri: keys.uri }));
    const ownTokens = { issuer: 'the tests', secret: 'a secret of the tests, long enough for HS256' };
    service = await startUnderContract({
      env: { JWT_SECRET: '', JWT_ISSUERS: JSON.stringify([...issuers, ownTokens]) },
    });
    const send = async (): Promise<EventIds> => service.event();
    event = await send();
    other = await send();
  });
  afterAll(async () => {
    await service.stop();
    await keys.stop();
  });
});
