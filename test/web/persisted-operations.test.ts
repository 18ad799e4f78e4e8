import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { launchBrowser, type TestBrowser } from '../harness/web/browser';
import { type ShopService, startShop } from '../harness/web/shop';
import { VIEWS } from '../harness/web/views';

const manifest = z.object({ operations: z.array(z.object({ name: z.string(), body: z.string() })) });
const BUILT = path.join(__dirname, '../../dist/persisted-operations.json');
const { operations } = manifest.parse(JSON.parse(readFileSync(BUILT, 'utf8')));

const request = z.object({ query: z.string() });
const subscribe = z.object({ type: z.literal('subscribe'), payload: request });

/** The text of every operation that a page sends from now on, over HTTP and WebSocket. */
function listenTo(page: Page): ReadonlySet<string> {
  const sent = new Set<string>();
  page.on('request', (each) => {
    if (each.url().endsWith('/graphql') && each.method() === 'POST')
      sent.add(request.parse(each.postDataJSON()).query);
  });
  page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      const message = subscribe.safeParse(JSON.parse(String(payload)));
      if (message.success) sent.add(message.data.payload.query);
    }),
  );
  return sent;
}

describe('what the page sends', () => {
  let browser: TestBrowser;
  let service: ShopService;
  beforeAll(async () => {
    [service, browser] = await Promise.all([startShop(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  it('is in the manifest of persisted operations that was built, to the letter', async () => {
    const sent = new Set<string>();
    for (const [, visit] of VIEWS) {
      const { page, close } = await browser.open({ reducedMotion: 'reduce' });
      const heard = listenTo(page);
      await visit(page, service);
      await close();
      for (const query of heard) sent.add(query);
    }
    const known = new Map(operations.map(({ name, body }) => [body, name]));
    expect([...sent].filter((query) => !known.has(query))).toEqual([]);
    const names = [...sent].map((query) => known.get(query));
    expect(names).toEqual(expect.arrayContaining(['StoreEvents', 'LiveCount']));
  });
});
