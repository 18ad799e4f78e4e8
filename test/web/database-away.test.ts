import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { participantRegistered } from '../harness/messages';
import { createPostgres } from '../harness/servers/postgres';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';
import { launchBrowser, type TestBrowser } from '../harness/web/browser';
import { type ShopService, startShop } from '../harness/web/shop';
import { complete, live } from '../harness/web/views';

/** The page asks how things are every ten seconds. */
const NOTICED_WITHIN_MS = 20_000;

describe('while the service’s database is away', () => {
  let browser: TestBrowser;
  let server: Server;
  let link: BreakableLink;
  let service: ShopService;
  beforeAll(async () => {
    browser = await launchBrowser();
    server = await createPostgres();
    await server.start();
    link = await linkTo(server.url);
    service = await startShop({ env: { DATABASE_URL: link.url } });
  }, 120_000);
  afterAll(async () => {
    await service.stop();
    await browser.close();
    await link.cut();
    await server.remove();
  });

  it('the page keeps what it shows, says as of when it is and why, and goes on by itself', async () => {
    const { page, close } = await browser.open();
    const { eventId } = service.shop.running;
    await page.goto(service.link(`/events/${eventId}`));
    await complete(page);
    const count = async (): Promise<number> =>
      Number((await page.getByTestId('participants').textContent())?.replaceAll(/\D/g, ''));
    const before = await count();
    const notice = page.locator('.database-notice');
    expect(await notice.count()).toBe(0);

    await link.cut();
    await notice.waitFor({ timeout: NOTICED_WITHIN_MS });
    expect(await notice.textContent()).toMatch(
      /^데이터베이스에 연결할 수 없어 \d+\. \d+\. \d\d:\d\d.* 기준 수치를 보여 드립니다\./,
    );
    expect(await count()).toBe(before);
    await live(page);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText(/^The database cannot be reached: these figures are as of/).waitFor();

    await link.mend();
    await notice.waitFor({ state: 'detached', timeout: NOTICED_WITHIN_MS });
    await service.tell('participant.registered', participantRegistered(eventId));
    await waitFor(async () => (await count()) === before + 1, { what: 'one more', timeoutMs: 10_000 });
    await close();
  });

  it.each([
    ['an event', () => `/events/${service.shop.running.eventId}`],
    ['the list', () => '/'],
  ])(
    '%s that nothing is known of says which part is away, and comes by itself',
    async (_what, at) => {
      const { page, close } = await browser.open();
      await link.cut();
      await page.goto(service.link(at()));
      await page.getByRole('heading', { name: '데이터베이스에 연결할 수 없습니다' }).waitFor();
      await link.mend();
      await page
        .getByRole('heading', { name: '신규 고객 환영 이벤트' })
        .waitFor({ timeout: NOTICED_WITHIN_MS });
      await close();
    },
    60_000,
  );
});
