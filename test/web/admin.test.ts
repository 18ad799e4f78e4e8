import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { createPostgres } from '../harness/servers/postgres';
import type { Server } from '../harness/servers/server';
import { waitFor } from '../harness/wait-for';
import { launchBrowser, type TestBrowser } from '../harness/web/browser';
import { fillOperated, movePartitions, rejectAnother } from '../harness/web/operated';
import { type ShopService, startShop } from '../harness/web/shop';
import { adminLink } from '../harness/web/views';

/** The page asks every ten seconds; a busy machine takes longer. */
const NOTICED_WITHIN_MS = 30_000;

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
  await fillOperated(service);
}, 120_000);
afterAll(async () => {
  await service.stop();
  await browser.close();
  await link.cut();
  await server.remove();
});

describe('the admin’s page', () => {
  it('tells what arrives, how far behind, of platforms, caches and readers, and whose figures these are', async () => {
    const { page, complaints, close } = await browser.open();
    await page.goto(adminLink(service));
    const arriving = page.locator('[aria-labelledby="arriving-title"]');
    await arriving.getByText('participant.registered').waitFor();
    await arriving.getByText('canceling statement due to lock timeout').waitFor();
    expect(await arriving.textContent()).toContain('모든 워커');
    expect(await arriving.locator('td[data-name="밀린 오프셋"]').textContent()).toBe('250');
    await movePartitions(service, 4_500n);
    await waitFor(
      async () =>
        Number((await arriving.locator('td[data-name="분당"]').textContent())?.replaceAll(/\D/g, '')) > 500,
      { what: 'the rate of what arrived', timeoutMs: NOTICED_WITHIN_MS },
    );
    const platforms = (await page.locator('[aria-labelledby="platforms-title"]').textContent()) ?? '';
    expect(platforms).toContain('지니TV응답 없음 TIMEOUT');
    const caches = (await page.locator('[aria-labelledby="caches-title"]').textContent()) ?? '';
    expect(caches).toContain('이 게이트웨이');
    const readers = (await page.locator('[aria-labelledby="readers-title"]').textContent()) ?? '';
    expect(readers).toContain('모든 매장');
    expect(complaints).toEqual([]);
    await close();
  });

  it('leaves the list of dead letters as it is until newer ones are asked for', async () => {
    const { page, close } = await browser.open();
    await page.goto(adminLink(service));
    const ids = page.locator('.letters button');
    await ids.first().waitFor();
    const before = await ids.allTextContents();
    await rejectAnother(service);
    const counts = page.locator('[aria-labelledby="letters-title"] td[data-name="건수"]');
    await counts.getByText('12', { exact: true }).waitFor({ timeout: NOTICED_WITHIN_MS });
    expect(await ids.allTextContents()).toEqual(before);
    await page.getByRole('button', { name: '최근으로' }).click();
    await page.getByRole('button', { name: /^13번 보기$/ }).waitFor();
    await close();
  });

  it('shows a dead letter, replays it, and tells what came of it', async () => {
    const { page, close } = await browser.open();
    await page.goto(adminLink(service));
    await page.getByRole('button', { name: '이전 것 보기' }).click();
    // The one that was right.
    await page.getByRole('button', { name: /^1번 보기$/ }).click();
    await page.locator('.opened-letter pre').last().waitFor();
    expect(await page.locator('.opened-letter pre').last().textContent()).toContain(
      service.shop.empty.eventId,
    );
    await page.getByRole('button', { name: '다시 반영하기' }).click();
    await page.getByText('반영했습니다. 이제 수치에 들어갑니다.').waitFor();
    await page.locator('.letter', { hasText: '다시 반영됨' }).waitFor();
    await page.getByRole('button', { name: '다시 반영하기' }).click();
    await page.getByText('바뀐 것이 없습니다. 이미 반영되어 있습니다.').waitFor();

    await page.getByRole('button', { name: '최근으로' }).click();
    await page.getByRole('button', { name: /^12번 보기$/ }).click();
    await page.getByRole('button', { name: '다시 반영하기' }).click();
    await page.getByText(/^아직 반영할 수 없습니다\. age: /).waitFor();
    await close();
  });

  it('is for the role alone: an owner is told so, an admin is led there from the choice of a store', async () => {
    const owner = await browser.open();
    await owner.page.goto(service.link('/admin'));
    await owner.page.getByRole('heading', { name: '운영자만 볼 수 있습니다' }).waitFor();
    expect(await owner.page.locator('.admin-section').count()).toBe(0);
    await owner.close();

    const { page, close } = await browser.open();
    await page.goto(`${service.origin}/#token=${service.token()}`);
    await page.getByRole('link', { name: '서비스 운영 보기' }).click();
    await page.getByRole('heading', { name: '들어오는 메시지' }).waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'What arrives' }).waitFor();
    await close();
  });

  it('asks nothing while it is not looked at, and at once when it is again', async () => {
    const { page, close } = await browser.open();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/graphql')) asked.push(request.postData() ?? '');
    });
    await page.goto(adminLink(service));
    await page.locator('.letter').first().waitFor();
    await waitFor(() => asked.length > 4, { what: 'it to ask again', timeoutMs: NOTICED_WITHIN_MS });
    const look = (hidden: boolean) =>
      page.evaluate(
        `Object.defineProperty(document, 'hidden', { value: ${String(hidden)}, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`,
      );
    await look(true);
    // What was under way when it was hidden is answered; nothing is asked for longer than it takes otherwise.
    await page.waitForTimeout(1_000);
    const before = asked.length;
    await page.waitForTimeout(6_500);
    expect(asked.length).toBe(before);
    await look(false);
    await waitFor(() => asked.length > before, { what: 'it to ask at once', timeoutMs: 5_000 });
    await close();
  });

  it('says what the database’s absence keeps from it, goes on showing this gateway, and comes back by itself', async () => {
    const { page, close } = await browser.open();
    await page.goto(adminLink(service));
    await page.locator('.letter').first().waitFor();
    await link.cut();
    const notice = page.locator('[aria-labelledby="arriving-title"] .database-notice');
    await notice.waitFor({ timeout: NOTICED_WITHIN_MS });
    expect(await page.locator('[aria-labelledby="process-title"] .notice').count()).toBe(0);
    await page.reload();
    await page
      .locator('[aria-labelledby="arriving-title"]')
      .getByText('데이터베이스가 응답하지 않습니다')
      .waitFor();
    expect(await page.locator('[aria-labelledby="process-title"] dd').first().textContent()).toMatch(
      /^\d+\.\d+\.\d+$/,
    );
    await link.mend();
    await page.locator('.letter').first().waitFor({ timeout: NOTICED_WITHIN_MS });
    await close();
  });
});
