import { createSecretKey } from 'node:crypto';
import { signDevelopmentToken } from '../../src/auth/dev-token';
import type { Instant } from '../../src/domain/values';
import { createEqualShops } from '../contest/shop-data';
import { embedded, type Places } from './kinds';
import { start } from './measure';

const SIZE = { shops: 20, eventsOfShop: 4, participantsOfEvent: 100 };
const HOUR_MS = 3_600_000;

/** Fills an embedded service with shops and stops it: a later start on its folder has data. */
export async function fillEmbedded(
  { dataFolder, secret }: Pick<Places, 'dataFolder' | 'secret'>,
  logFolder: string,
): Promise<void> {
  const env = embedded({ dataFolder, secret });
  const { process, origin } = await start({ name: 'embedded, first start', env }, logFolder);
  try {
    const now = Date.now();
    const lines = [...createEqualShops(SIZE, now).messages].flatMap(([topic, parts]) =>
      parts.flatMap((part) => part.slice(0, part.length)).map((value) => JSON.stringify({ topic, value })),
    );
    const token = signDevelopmentToken(createSecretKey(secret, 'utf8'), {
      subject: 'benchmark',
      roles: ['ADMIN'],
      issuedAt: (now - HOUR_MS) as Instant,
      expiresAt: (now + HOUR_MS) as Instant,
    });
    const response = await fetch(`${origin}/dev/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    if (!response.ok)
      throw new Error(`The messages were not accepted: ${response.status} ${await response.text()}`);
  } finally {
    await process.terminate();
  }
}
