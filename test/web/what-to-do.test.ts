import type { Page } from 'playwright-core';
import { randomUUID } from 'node:crypto';
import type { Instant } from '../../src/domain/values';
import { systemClock } from '../../src/runtime/clock';
import { eventCreated, newEvent } from '../harness/messages';
import { signToken } from '../harness/service';
import { launchBrowser, type TestBrowser } from '../harness/web/browser';
import { type ShopService, startShop } from '../harness/web/shop';
import { complete } from '../harness/web/views';

let browser: TestBrowser;
let service: ShopService;
beforeAll(async () => {
  [service, browser] = await Promise.all([startShop(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

const TEXTS = {
  ko: {
    stale: '새 내용을 불러오지 못해 이전 내용을 보여 드립니다. 잠시 뒤 저절로 다시 시도합니다.',
    unreachable: '새 내용을 불러오지 못해 이전 내용을 보여 드립니다. 인터넷 연결을 확인해 주세요.',
    retry: '다시 시도',
    ended: '관리자에게 새 토큰을 받아 붙여 넣으면 보던 곳에서 이어집니다.',
    lost: '토큰이 없거나 잃어버렸다면 관리자에게 새로 요청해 주세요.',
    empty: '이벤트를 만들면 잠시 뒤 저절로 여기에 나타납니다.',
    missing: '이 토큰이 그 매장의 것인지 관리자에게 확인해 주세요.',
  },
  en: {
    stale:
      'The latest figures could not be loaded; these are older. It is tried again by itself in a moment.',
    unreachable: 'The latest figures could not be loaded; these are older. Check your connection.',
    retry: 'Try again',
    ended: 'Paste a new one from your administrator, and you go on where you were.',
    lost: 'If you have none, or lost it, ask your administrator for a new one.',
    empty: 'Create an event and it appears here by itself in a moment.',
    missing: 'ask your administrator whether this token is for that store.',
  },
};

describe.each(['ko', 'en'] as const)('what to do is said, in %s', (language) => {
  const texts = TEXTS[language];
  const open = () => browser.open({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' });

  async function speak(page: Page): Promise<void> {
    if (language === 'en') await page.getByRole('button', { name: 'English' }).click();
  }

  it('where figures are older than they should be, in the summary and in a section', async () => {
    const { page, close } = await open();
    // A clock that is ahead makes the page ask every 30 s.
    await page.clock.install({ time: Date.now() + 2 * 3_600_000 });
    await page.goto(service.link(`/events/${service.shop.running.eventId}`));
    await complete(page);
    await speak(page);
    const json = { errors: [{ message: 'failed', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] };
    await page.route('**/graphql', (route) => route.fulfill({ json }));
    await page.clock.fastForward(31_000);
    for (const at of ['#summary', '#profile']) {
      await page.locator(at).getByText(texts.stale).waitFor();
      expect(await page.locator(at).getByRole('button', { name: texts.retry }).isVisible()).toBe(true);
    }
    expect(await page.locator('.summary-card').count()).toBe(4);

    await page.unroute('**/graphql');
    await page.locator('#summary').getByRole('button', { name: texts.retry }).click();
    await page.locator('#summary .stale-notice').waitFor({ state: 'detached' });
    await close();
  });

  it('where the list is older than it should be, since the service cannot be reached', async () => {
    const { page, close } = await open();
    let lose: () => Promise<void> = () => Promise.resolve();
    await page.routeWebSocket('**/graphql', (socket) => {
      socket.connectToServer();
      lose = () => socket.close({ code: 4_000 });
    });
    await page.goto(service.link());
    await page.getByRole('heading', { name: '신규 고객 환영 이벤트' }).waitFor();
    await page.locator('.live-live').waitFor();
    await speak(page);
    await page.route('**/graphql', (route) => route.abort());
    // It is asked for again once the connection is back.
    await lose();
    await page.getByText(texts.unreachable).waitFor();
    await page.unroute('**/graphql');
    await page.getByRole('button', { name: texts.retry }).click();
    await page.locator('.stale-notice').waitFor({ state: 'detached' });
    await close();
  });

  it('where the token has ended, and where there is none', async () => {
    const { page, close } = await open();
    await page.goto(service.origin);
    await speak(page);
    await page.getByText(texts.lost).waitFor();
    const twoHoursAgo = (systemClock.now() - 2 * 3_600_000) as Instant;
    await page.goto(`${service.origin}/#token=${signToken(twoHoursAgo, [service.shop.storeId])}`);
    await page.getByText(texts.ended).waitFor();
    await page.getByText(texts.lost).waitFor();
    await close();
  });

  it('where a store has no events, and the first one appears by itself', async () => {
    const { page, close } = await open();
    const storeId = randomUUID();
    await page.clock.install();
    await page.goto(`${service.origin}/#token=${service.token([storeId])}`);
    await speak(page);
    await page.getByText(texts.empty).waitFor();
    await page.getByText(texts.missing).waitFor();
    await service.tell('event.created', eventCreated({ ...newEvent(), storeId }, { title: '개업 이벤트' }));
    await page.clock.fastForward(15_000);
    await page.getByRole('heading', { name: '개업 이벤트' }).waitFor();
    await close();
  });
});
