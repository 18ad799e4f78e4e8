import type { Page } from 'playwright-core';
import { systemClock } from '../../src/runtime/clock';
import { eventCreated, newEvent, participantRegistered, viewsMeasured } from '../harness/messages';
import { counts, createScriptedPlatform, failure } from '../harness/scripted-platform';
import { waitFor } from '../harness/wait-for';
import { launchBrowser, type TestBrowser } from '../harness/web/browser';
import { type ShopService, startShop } from '../harness/web/shop';
import { answered, complete, live } from '../harness/web/views';

let browser: TestBrowser;
beforeAll(async () => void (browser = await launchBrowser()));
afterAll(() => browser.close());

describe('the states of the page', () => {
  let service: ShopService;
  beforeAll(async () => void (service = await startShop()));
  afterAll(() => service.stop());

  const runningPath = (): string => `/events/${service.shop.running.eventId}`;

  it('keeps the place of what is still to come', async () => {
    const { page, complaints, close } = await browser.open();
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await page.route('**/graphql', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(service.link(runningPath()));
    await page.locator('.skeleton.section').first().waitFor();
    expect(await page.locator('.summary-card.skeleton').count()).toBe(4);
    const before = await page.locator('.cards').boundingBox();
    letGo();
    await complete(page);
    const after = await page.locator('.cards').boundingBox();
    expect(after?.height).toBeCloseTo(before?.height ?? 0, -1);
    expect(complaints).toEqual([]);
    await close();
  });

  it('says of an event without participants what will come, and shows the first participant', async () => {
    const { page, complaints, close } = await browser.open();
    const { eventId } = service.shop.empty;
    await page.goto(service.link(`/events/${eventId}`));
    await page.getByText('참여가 시작되면 추이를 그립니다.').waitFor();
    await page.getByText('아직 배포된 채널이 없습니다.').waitFor();
    await page.getByText('참여자가 생기면 구성을 보여 드립니다.').waitFor();
    await live(page);
    await service.tell(
      'participant.registered',
      participantRegistered(eventId, { occurredAt: new Date(Date.now() - 1_000).toISOString() }),
    );
    await page.locator('.chart-trend canvas').waitFor();
    await page.locator('.table tbody tr').waitFor();
    expect(await page.getByTestId('participants').textContent()).toBe('1명');
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows the others while one section cannot be had, keeps them live, and gets that one back', async () => {
    const { page, complaints, close } = await browser.open();
    const { eventId } = service.shop.running;
    await service.database.execute('ALTER TABLE event_profiles RENAME TO event_profiles_away');
    try {
      await page.goto(service.link(runningPath()));
      await page.locator('#profile').getByRole('alert').waitFor();
      await complete(page);
      for (const name of ['trend', 'channels', 'roi', 'comparison'])
        expect(await page.locator(`#${name}`).getByRole('alert').count()).toBe(0);
      await service.tell('channel.views-measured', viewsMeasured(eventId, '지니TV', 123_456));
      await page.locator('.table').getByText('123,456').waitFor();
    } finally {
      await service.database.execute('ALTER TABLE event_profiles_away RENAME TO event_profiles');
    }
    await page.locator('#profile').getByRole('button', { name: '다시 시도' }).click();
    await page.locator('#profile .distribution').first().waitFor();
    expect(await page.locator('#profile').getByRole('alert').count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  it('marks the views that were never measured, and tells of a platform that fails for as long as it does', async () => {
    const genie = createScriptedPlatform('지니TV', systemClock);
    genie.follow(() => failure());
    const failing = await startShop({ platforms: [genie.polled({ intervalMs: 1_000 })] });
    const { page, complaints, close } = await browser.open();
    try {
      await page.goto(failing.link(`/events/${failing.shop.running.eventId}`));
      const notes = page.locator('.views-notes');
      await notes.getByText(/지니TV: \d+\. \d+\. \d\d:\d\d부터 플랫폼이 응답하지 않아/).waitFor();
      await notes.getByText('Kakao Channel: 아직 측정값이 없어 예상 노출을 보여 드립니다.').waitFor();
      const row = (channel: string): string => `.table tbody tr:has(th:text-is("${channel}")) .views-mark`;
      expect(await page.locator(row('지니TV')).textContent()).toBe('이전 값');
      expect(await page.locator(row('Kakao Channel')).textContent()).toBe('예상');
      expect(await page.locator('.views-mark').count()).toBe(2);

      genie.follow(() => counts(12_345, systemClock));
      await page.locator('.table').getByText('12,345').waitFor();
      await page.locator(row('지니TV')).waitFor({ state: 'detached' });
      expect(complaints).toEqual([]);
    } finally {
      await close();
      await failing.stop();
    }
  });

  it('tells what may not be seen, and what is not there', async () => {
    const { page, complaints, close } = await browser.open();
    const foreign = newEvent();
    await service.tell('event.created', eventCreated(foreign));
    await page.goto(service.link(`/events/${foreign.eventId}`));
    await page.getByRole('heading', { name: '볼 수 없는 이벤트입니다' }).waitFor();
    expect(await page.locator('main').innerText()).not.toContain('신규 고객 환영 이벤트');
    await page.getByRole('link', { name: '이벤트 목록으로' }).click();
    await page.getByRole('heading', { name: '신규 고객 환영 이벤트' }).waitFor();

    for (const away of [
      '/events/00000000-0000-4000-8000-000000000000',
      '/events/no-uuid',
      '/stores/no-uuid',
    ]) {
      await page.goto('about:blank');
      await page.goto(service.link(away));
      await page.getByRole('heading', { name: '찾을 수 없습니다' }).waitFor();
    }
    await page.goto('about:blank');
    await page.goto(service.link(`/stores/${foreign.storeId}`));
    await page.getByRole('heading', { name: '볼 수 없는 매장입니다' }).waitFor();
    expect(complaints.filter((text) => !text.includes('400'))).toEqual([]);
    await close();
  });

  it('shows nothing any more of an event that becomes another store’s while it is looked at, and says so', async () => {
    const { page, close } = await browser.open();
    const moving = { ...newEvent(), storeId: service.shop.storeId };
    await service.tell('event.created', eventCreated(moving));
    await page.goto(service.link(`/events/${moving.eventId}`));
    await answered(page);
    await service.tell('event.created', eventCreated({ ...moving, storeId: newEvent().storeId }));
    await page.getByRole('heading', { name: '볼 수 없는 이벤트입니다' }).waitFor();
    expect(await page.locator('main').innerText()).not.toContain('신규 고객 환영 이벤트');
    await close();
  });

  it.each([
    ['the list', () => '/'],
    ['an event', runningPath],
  ])('shows %s by itself once the service can be reached', async (_what, at) => {
    const { page, close } = await browser.open();
    await page.route('**/graphql', (route) => route.abort());
    await page.goto(service.link(at()));
    await page.getByRole('heading', { name: '서버에 연결할 수 없습니다' }).waitFor();
    await page.unroute('**/graphql');
    await page.context().setOffline(true);
    await page.locator('.live-offline').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('heading', { name: '신규 고객 환영 이벤트' }).waitFor({ timeout: 5_000 });
    await close();
  });

  it('shows the figures without their charts where these cannot be loaded, and says so', async () => {
    const { page, close } = await browser.open();
    await page.route('**/assets/engine-*', (route) => route.abort());
    await page.goto(service.link(runningPath()));
    await page.locator('#trend').getByText('차트를 불러오지 못했습니다').waitFor();
    await page.locator('.table tbody tr').nth(4).waitFor();
    await close();
  });

  it('asks again until the service comes to what the clock of the browser has come to', async () => {
    const { page, close } = await browser.open();
    await page.clock.install({ time: Date.now() + 2 * 3_600_000 });
    let asked = 0;
    page.on('request', (request) => {
      if (request.postData()?.includes('query SummarySection')) asked += 1;
    });
    await page.goto(service.link(runningPath()));
    await complete(page);
    for (const times of [2, 3]) {
      await page.clock.fastForward(31_000);
      await waitFor(() => asked === times, { what: `question ${times}`, timeoutMs: 10_000 });
      await complete(page);
    }
    await close();
  });

  it('leads by link to a section', async () => {
    const { page, close } = await browser.open();
    await page.goto(service.link());
    await page.getByRole('heading', { name: '신규 고객 환영 이벤트' }).waitFor();
    await page.goto(`${service.origin}${runningPath()}#comparison`);
    await complete(page);
    const top = (): Promise<number> =>
      page.evaluate<number>("document.getElementById('comparison').getBoundingClientRect().top");
    await waitFor(async () => (await top()) < 900 && (await focused(page)) === 'comparison-title', {
      what: 'the section to be arrived at',
      timeoutMs: 5_000,
    });
    const navigation = page.getByRole('navigation', { name: '이 페이지의 내용' });
    await navigation.getByText('채널별 성과').click();
    const gap = (): Promise<number> =>
      page.evaluate<number>(
        "document.getElementById('channels').getBoundingClientRect().top - document.querySelector('.section-nav').getBoundingClientRect().bottom",
      );
    await waitFor(async () => (await gap()) >= 0 && (await gap()) < 60, {
      what: 'the section right below the navigation',
      timeoutMs: 5_000,
    });
    await navigation.getByText('요약').click();
    await waitFor(async () => (await focused(page)) === 'summary-title', {
      what: 'the summary',
      timeoutMs: 5_000,
    });
    await close();
  });

  it('lists running events first, each counted live', async () => {
    const { page, complaints, close } = await browser.open();
    await page.goto(service.link());
    await live(page);
    const names = await page.getByRole('heading', { level: 3 }).allTextContents();
    expect(new Set(names.slice(0, 2))).toEqual(new Set(['비 오는 날 우산 대여', '신규 고객 환영 이벤트']));
    expect(names.slice(2)).toEqual(['연말 감사 추첨', '첫 방문 아메리카노 쿠폰', '여름 빙수 반값']);
    const count = page.locator('.running-event:has-text("신규 고객 환영 이벤트")').getByTestId('live-count');
    await waitFor(async () => Number((await count.textContent())?.replace(',', '')) > 1_000, {
      what: 'the count',
      timeoutMs: 5_000,
    });
    const before = Number((await count.textContent())?.replace(',', ''));
    await service.tell('participant.registered', participantRegistered(service.shop.running.eventId));
    await waitFor(async () => Number((await count.textContent())?.replace(',', '')) === before + 1, {
      what: 'one more',
      timeoutMs: 5_000,
    });
    expect(complaints).toEqual([]);
    await close();
  });

  it('lists an event among the running ones as soon as it begins', async () => {
    const { page, close } = await browser.open();
    const soon = { ...newEvent(), storeId: service.shop.storeId };
    const startAt = new Date(Date.now() + 8_000).toISOString();
    await service.tell('event.created', eventCreated(soon, { title: '곧 시작할 이벤트', startAt }));
    await page.goto(service.link());
    await page.locator('.event-row').getByText('곧 시작할 이벤트').waitFor();
    await page.locator('.running-event').getByText('곧 시작할 이벤트').waitFor();
    await close();
  });
});

const focused = (page: Page): Promise<string> => page.evaluate<string>('document.activeElement.id');
