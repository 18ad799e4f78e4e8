import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { limitVariables } from '../../../src/config/limits';
import { TOKEN_LIMITS } from '../../../src/gateway/live/quotas';
import { SOCKET_LIMITS } from '../../../src/gateway/live/websocket/limits';

const read = (name: string): string => readFileSync(join(__dirname, '../../..', name), 'utf8');
const page = read('docs/limits.md');

/** What the page says of each variable, by its name: the default. */
const told = new Map(
  [...page.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \|/gm)].map(([, name = '', value = '']) => [
    name,
    value.trim(),
  ]),
);

/** What the page says in words, since it depends on something else. */
const IN_WORDS: Readonly<Record<string, RegExp>> = {
  MAX_OPERATIONS: /connections for readers/,
  MAX_OPERATIONS_PER_TOKEN: /a third of MAX_OPERATIONS/,
  RATE_LIMIT_PER_TOKEN: /^300 in production, else 0/,
  RATE_LIMIT_PER_ADDRESS: /^100 in production, else 0/,
  TRUSTED_PROXIES: /^none$/,
  PERSISTED_OPERATIONS_FILE: /manifest/,
  INTROSPECTION: /^false in production, else true$/,
};

describe('the page of limits', () => {
  test.each(Object.entries(limitVariables))('tells the default of %s', (name, field) => {
    const byDefault = z.union([z.number(), z.string()]).optional().parse(field.safeParse(undefined).data);
    if (byDefault === undefined) expect(told.get(name)).toMatch(IN_WORDS[name]!);
    else expect(told.get(name)).toBe(String(byDefault));
  });

  test('has no other variables in its tables', () => {
    expect([...told.keys()].sort()).toEqual(Object.keys(limitVariables).sort());
  });

  test('is what README sends its readers to, for each of them', () => {
    const readme = read('README.md');
    expect(readme).toContain('(docs/limits.md)');
    for (const name of Object.keys(limitVariables)) expect(readme).toContain(`\`${name}\``);
  });

  test('tells the constants of sockets and tokens', () => {
    const text = page.replaceAll(/\s+/g, ' ');
    const { messagesAtOnce, messagesPerSecond, messagesWaiting, idBytes, pendingConnections, operations } =
      SOCKET_LIMITS;
    const { subscriptionBytes, floodMs, initMs } = SOCKET_LIMITS;
    const thousands = (count: number): string => count.toLocaleString('en');
    expect(text).toContain(
      `${messagesAtOnce} messages at once, then ${messagesPerSecond} a second (4429 after ${floodMs / 1_000} s of more, or when ${thousands(messagesWaiting)} wait)`,
    );
    expect(text).toContain(`ids of ${idBytes} bytes (4400)`);
    expect(text).toContain(`${operations} operations that begin at a time`);
    expect(text).toContain(`${subscriptionBytes / 1_024} KiB of subscriptions on a socket`);
    expect(text).toContain(
      `${thousands(pendingConnections)} sockets that have not said who they are, ${initMs / 1_000} s`,
    );
    expect(text).toContain(
      `${thousands(TOKEN_LIMITS.cohorts)} cohorts and ${TOKEN_LIMITS.documentBytes / 1_024} KiB of different documents`,
    );
  });
});
