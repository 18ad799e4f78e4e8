import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../harness/machine/ports';
import { participantRegistered } from '../harness/messages';
import { startTestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';
import { launchBrowser, type TestBrowser } from '../harness/web/browser';
import { startShop } from '../harness/web/shop';
import { complete, live } from '../harness/web/views';

let browser: TestBrowser;
beforeAll(async () => void (browser = await launchBrowser()));
afterAll(() => browser.close());

describe('when the connection is lost', () => {
  it('asks for no count that is older than the one it shows', async () => {
    const service = await startShop();
    const { page, close } = await browser.open();
    const asked: unknown[] = [];
    let version: number | undefined;
    let lose: () => Promise<void> = () => Promise.resolve();
    await page.routeWebSocket('**/graphql', (socket) => {
      const server = socket.connectToServer();
      socket.onMessage((message) => {
        const { payload } = JSON.parse(String(message)) as { payload?: Record<string, unknown> };
        if (String(payload?.['query']).includes('subscription LiveCount')) asked.push(payload?.['variables']);
        server.send(message);
      });
      server.onMessage((message) => {
        version = versionIn(String(message)) ?? version;
        socket.send(message);
      });
      lose = () => socket.close({ code: 4_000 });
    });
    const { eventId } = service.shop.running;
    await page.goto(service.link(`/events/${eventId}`));
    await complete(page);
    await waitFor(() => version !== undefined, { what: 'a count', timeoutMs: 5_000 });
    await lose();
    await waitFor(() => asked.length === 2, { what: 'the count to be asked for again', timeoutMs: 5_000 });
    expect(asked).toEqual([
      { eventId, afterVersion: null },
      { eventId, afterVersion: version },
    ]);
    await live(page);
    const before = await page.getByTestId('participants').textContent();
    await service.tell('participant.registered', participantRegistered(eventId));
    await waitFor(async () => (await page.getByTestId('participants').textContent()) !== before, {
      what: 'one more',
      timeoutMs: 5_000,
    });
    await close();
    await service.stop();
  });

  it('says so, and goes on where it was once the service is back', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'analytics-web-'));
    const env = { DATA_DIR: folder, PORT: String(await freePort()) };
    const service = await startShop({ env });
    const { page, close } = await browser.open();
    const { eventId } = service.shop.running;
    await page.goto(service.link(`/events/${eventId}`));
    await complete(page);
    const count = async (): Promise<number> =>
      Number((await page.getByTestId('participants').textContent())?.replaceAll(/\D/g, ''));
    const before = await count();

    await page.context().setOffline(true);
    await page.locator('.live-offline').waitFor();
    expect(await page.getByRole('status').first().textContent()).toBe('오프라인');
    await page.context().setOffline(false);
    await live(page);

    await service.stop();
    await page.locator('.live-reconnecting').waitFor();
    expect(await count()).toBe(before);
    const again = await startTestService({ env });
    await live(page);
    const value = participantRegistered(eventId);
    await again.post([{ topic: 'participant.registered', value }]);
    await waitFor(async () => (await count()) === before + 1, { what: 'one more', timeoutMs: 10_000 });
    await close();
    await again.stop();
    rmSync(folder, { recursive: true, force: true });
  });
});

/** The version of a count, in a message of graphql-transport-ws. */
function versionIn(message: string): number | undefined {
  const [, version] = /"version":(\d+)/.exec(message) ?? [];
  return version === undefined ? undefined : Number(version);
}
