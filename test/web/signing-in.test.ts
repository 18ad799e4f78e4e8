import { randomUUID } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { signToken, TEST_SECRET } from '../harness/service';
import type { Instant } from '../../src/domain/values';
import { createSettableTime } from '../harness/live/settable-time';
import { launchBrowser, type TestBrowser } from '../harness/web/browser';
import { type ShopService, startShop } from '../harness/web/shop';

describe('signing in', () => {
  const time = createSettableTime();
  let service: ShopService;
  let browser: TestBrowser;
  beforeAll(async () => {
    // The token that ends is not waited for by the tolerance.
    const env = { JWT_CLOCK_TOLERANCE_SECONDS: '0' };
    [service, browser] = await Promise.all([startShop({ ...time, env }), launchBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  it('takes a token that is pasted, and keeps it for this tab alone', async () => {
    const { page, complaints, close } = await browser.open();
    await page.goto(service.origin);
    await page.getByLabel('토큰').fill(`Bearer ${service.token([service.shop.storeId])}`);
    await page.getByRole('button', { name: '들어가기' }).click();
    await page.getByRole('heading', { name: '신규 고객 환영 이벤트' }).waitFor();

    expect(await page.evaluate<string>('JSON.stringify(localStorage)')).not.toContain('eyJ');
    expect(await page.evaluate<string>('document.cookie')).toBe('');
    await page.reload();
    await page.getByRole('heading', { name: '신규 고객 환영 이벤트' }).waitFor();
    const other = await page.context().newPage();
    await other.goto(service.origin);
    await other.getByLabel('토큰').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it('takes the token of a link, and takes it out of the address and its history', async () => {
    const { page, complaints, close } = await browser.open();
    await page.goto(service.link(`/events/${service.shop.running.eventId}`));
    await page.getByRole('heading', { level: 1, name: '신규 고객 환영 이벤트' }).waitFor();
    expect(page.url()).toBe(`${service.origin}/events/${service.shop.running.eventId}`);
    expect(await page.evaluate<number>('history.length')).toBeLessThanOrEqual(2);
    await page.goBack().catch(() => null);
    expect(page.url()).not.toContain('token');
    expect(complaints).toEqual([]);
    await close();
  });

  it('takes the token of a link that leads to where the tab already is, to a section as well', async () => {
    const { page, complaints, close } = await browser.open();
    await page.goto(service.origin);
    await page.getByLabel('토큰').waitFor();
    await page.goto(service.link());
    await page.getByRole('heading', { name: '신규 고객 환영 이벤트' }).waitFor();
    expect(page.url()).toBe(`${service.origin}/`);

    const { eventId } = service.shop.running;
    await page.goto(`${service.link(`/events/${eventId}`)}&comparison`);
    await page.getByRole('heading', { level: 1, name: '신규 고객 환영 이벤트' }).waitFor();
    expect(page.url()).toBe(`${service.origin}/events/${eventId}#comparison`);
    expect(await page.locator('[aria-current="location"]').textContent()).toBe('비교');
    expect(complaints).toEqual([]);
    await close();
  });

  it('works where the browser may keep nothing', async () => {
    const { page, complaints, close } = await browser.open();
    await page.addInitScript(`for (const name of ['sessionStorage', 'localStorage'])
      Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError'); } });`);
    await page.goto(service.link());
    await page.getByRole('heading', { name: '신규 고객 환영 이벤트' }).waitFor();
    await page.getByRole('button', { name: '로그아웃' }).click();
    await page.getByLabel('토큰').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  it('says what is no token, and asks again where the service does not take one', async () => {
    const { page, close } = await browser.open();
    await page.goto(service.origin);
    await page.getByLabel('토큰').fill('열려라 참깨');
    await page.getByRole('button', { name: '들어가기' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('토큰이 아닙니다');
    expect(await page.getByLabel('토큰').getAttribute('aria-invalid')).toBe('true');

    const [head, payload] = service.token([service.shop.storeId]).split('.');
    await page.getByLabel('토큰').fill(`${head}.${payload}.${'A'.repeat(43)}`);
    await page.getByRole('button', { name: '들어가기' }).click();
    await page.getByRole('heading', { name: '다시 로그인해 주세요' }).waitFor();
    await close();
  });

  it('asks anew when the token ends, and goes on at the same place', async () => {
    const { page, close } = await browser.open();
    const { eventId } = service.shop.running;
    const anHourAgo = (time.clock.now() - 3_600_000 + 60_000) as Instant;
    const ending = signToken(anHourAgo, [service.shop.storeId]);
    await page.goto(`${service.origin}/events/${eventId}#token=${ending}`);
    await page.getByRole('heading', { level: 1, name: '신규 고객 환영 이벤트' }).waitFor();
    await page.getByRole('link', { name: '비교', exact: true }).click();

    time.advance(60_000);
    await page.getByRole('heading', { name: '다시 로그인해 주세요' }).waitFor();
    expect(page.url()).toBe(`${service.origin}/events/${eventId}#comparison`);
    await page.getByLabel('토큰').fill(service.token([service.shop.storeId]));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: '신규 고객 환영 이벤트' }).waitFor();
    expect(page.url()).toBe(`${service.origin}/events/${eventId}#comparison`);
    await close();
  });

  it.each([
    ['list', () => '/', '.blank-title'],
    ['store', () => `/stores/${service.shop.storeId}`, '.message'],
    ['event', () => `/events/${service.shop.running.eventId}`, '.message'],
  ])('shows nothing of the %s of the last token while another one asks', async (_what, path, answered) => {
    const { page, close } = await browser.open();
    const shown = page.getByRole('heading', { name: '신규 고객 환영 이벤트' });
    await page.goto(`${service.origin}${path()}#token=${service.token([service.shop.storeId])}`);
    await shown.waitFor();
    let answer: () => void = () => undefined;
    const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/graphql', async (route) => {
      await mayAnswer;
      await route.continue();
    });
    const asked = page.waitForRequest('**/graphql');
    await page.goto(`${service.origin}${path()}#token=${service.token([randomUUID()])}`);
    await asked;
    expect(await shown.count()).toBe(0);
    answer();
    await page.locator(answered).waitFor();
    expect(await shown.count()).toBe(0);
    await close();
  });

  it('forgets the token when its bearer leaves', async () => {
    const { page, close } = await browser.open();
    await page.goto(service.link());
    await page.getByRole('button', { name: '로그아웃' }).click();
    await page.getByLabel('토큰').waitFor();
    expect(await page.evaluate<number>('sessionStorage.length')).toBe(0);
    await page.reload();
    await page.getByLabel('토큰').waitFor();
    await close();
  });

  it('shows the stores that stand in the claim which the service is configured to look at', async () => {
    const elsewhere = await startShop({ env: { JWT_STORES_CLAIM: 'app.stores' } });
    const { page, complaints, close } = await browser.open();
    try {
      const claims = { sub: 'somebody', app: { stores: elsewhere.shop.storeId } };
      const token = jwt.sign(claims, TEST_SECRET, { expiresIn: '1h' });
      await page.goto(`${elsewhere.origin}/#token=${token}`);
      await page.getByRole('heading', { name: '신규 고객 환영 이벤트' }).waitFor();
      expect(complaints).toEqual([]);
    } finally {
      await close();
      await elsewhere.stop();
    }
  });

  it('lets those say which store whose token tells the page of none, whether they may read it or not', async () => {
    const { page, close } = await browser.open();
    await page.goto(`${service.origin}/#token=${service.token()}`);
    await page.getByLabel('매장 ID').fill('우리 가게');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('alert').textContent()).toContain('매장 ID');
    await page.getByLabel('매장 ID').fill(service.shop.storeId.toUpperCase());
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '신규 고객 환영 이벤트' }).waitFor();
    expect(page.url()).toBe(`${service.origin}/stores/${service.shop.storeId}`);

    await page.goto('about:blank');
    await page.goto(`${service.origin}/#token=${service.token([])}`);
    await page.getByLabel('매장 ID').fill(service.shop.storeId);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '볼 수 없는 매장입니다' }).waitFor();
    await close();
  });
});
