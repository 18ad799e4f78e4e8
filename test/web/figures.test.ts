import type { components } from '../../src/generated/openapi';
import type { Page } from 'playwright-core';
import { participantRegistered } from '../harness/messages';
import { waitFor } from '../harness/wait-for';
import { launchBrowser, type Tab, type TestBrowser } from '../harness/web/browser';
import { type ShopService, startShop } from '../harness/web/shop';
import { complete } from '../harness/web/views';

type Dashboard = components['schemas']['DashboardResponse'];

/** The contract leaves some figures optional; here none may be missing. */
function given(value: number | undefined): number {
  if (value === undefined) throw new Error('The REST answer lacks a figure that the test compares.');
  return value;
}

const number = (value: number | undefined): string => given(value).toLocaleString('ko-KR');
const percent = (value: number | undefined): string =>
  `${given(value).toLocaleString('ko-KR', { minimumFractionDigits: 1, maximumFractionDigits: 1 })}%`;
const won = (value: number | undefined): string => `${number(value)}원`;

describe('the figures of an event', () => {
  let service: ShopService;
  let browser: TestBrowser;
  let tab: Tab;
  let page: Page;
  beforeAll(async () => {
    [service, browser] = await Promise.all([startShop(), launchBrowser()]);
    tab = await browser.open();
    ({ page } = tab);
    await page.goto(service.link(`/events/${service.shop.running.eventId}`));
    await complete(page);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  async function dashboard(): Promise<Dashboard> {
    const { eventId } = service.shop.running;
    const response = await fetch(`${service.origin}/api/events/${eventId}/analytics`, {
      headers: { authorization: `Bearer ${service.token()}` },
    });
    return (await response.json()) as Dashboard;
  }

  const textOf = async (selector: string): Promise<string> =>
    (await page.locator(selector).textContent()) ?? '';
  const card = (name: string): Promise<string> => textOf(`.summary-card:has(h3:text-is("${name}"))`);

  it('are those of the REST answer, in every section', async () => {
    const {
      summaryCards,
      channelPerformance,
      participationTrend,
      roiAnalysis,
      participantProfile,
      comparativeAnalysis,
    } = await dashboard();
    const { totalParticipants, totalViews, roi, salesGrowth } = summaryCards;

    const participants = await card('참여자');
    expect(participants).toContain(`${number(totalParticipants.count)}명`);
    expect(participants).toContain(percent(totalParticipants.achievementRate));
    expect(participants).toContain(`목표 ${number(totalParticipants.targetGoal)}명`);
    const views = await card('노출');
    expect(views).toContain(`${number(totalViews.count)}회`);
    for (const { channel, views: ofChannel } of totalViews.channelBreakdown?.slice(0, 4) ?? [])
      expect(views).toContain(`${channel}${number(ofChannel)}`);
    const returned = await card('ROI');
    for (const shown of [
      percent(roi.value),
      percent(roi.industryAverage),
      won(roi.totalCost),
      won(roi.totalRevenue),
    ])
      expect(returned).toContain(shown);
    const growth = await card('매출 증가율');
    expect(growth).toContain(percent(salesGrowth.rate));
    expect(growth).toContain(won(salesGrowth.beforeEventSales));
    expect(growth).toContain(salesGrowth.periodComparison);

    const rows = page.locator('.table tbody tr');
    expect(await rows.count()).toBe(channelPerformance.length);
    for (const [index, channel] of channelPerformance.entries()) {
      const row = (await rows.nth(index).textContent()) ?? '';
      for (const shown of [channel.channel, number(channel.views), number(channel.participants)])
        expect(row).toContain(shown);
      expect(row).toContain(percent(channel.conversionRate));
      expect(row).toContain(won(channel.costPerAcquisition));
    }
    expect(await textOf('.peak')).toContain(`${number(participationTrend.peakTime?.participantCount)}명`);
    const label = await page.locator('.chart-trend').getAttribute('aria-label');
    expect(label).toContain(number(participationTrend.dataPoints.at(-1)?.participantCount));

    const roiText = await textOf('#roi');
    for (const amount of [
      roiAnalysis.totalCost.prizeCost,
      ...roiAnalysis.totalCost.channelCosts.map(({ cost }) => cost),
      roiAnalysis.totalCost.total,
      roiAnalysis.expectedRevenue.salesIncrease,
      roiAnalysis.expectedRevenue.newCustomerLTV,
      roiAnalysis.expectedRevenue.total,
    ])
      expect(roiText).toContain(won(amount));

    const profile = await textOf('#profile');
    for (const share of [...participantProfile.ageDistribution, ...participantProfile.genderDistribution])
      expect(profile).toContain(`${percent(share.percentage)}${number(share.count)}명`);
    const comparison = await textOf('#comparison');
    for (const { myValue, industryAverage } of comparativeAnalysis.industryComparison) {
      expect(comparison).toContain(percent(myValue));
      expect(comparison).toContain(percent(industryAverage));
    }
  });

  it('show the exact amount under the pointer and under the focus of the keyboard', async () => {
    const { summaryCards } = await dashboard();
    const amount = page.locator('.summary-card .abbreviated').first();
    expect(await amount.getAttribute('data-exact')).toBe(won(summaryCards.roi.totalCost));
    const bubble = (): Promise<string> =>
      page.evaluate<string>(
        `getComputedStyle(document.querySelector('.summary-card .abbreviated'), '::after').content`,
      );
    expect(await bubble()).toBe('none');
    await amount.hover();
    expect(await bubble()).toContain(won(summaryCards.roi.totalCost));
    const { x, y } = (await amount.boundingBox()) ?? { x: 0, y: 0 };
    await page.mouse.move(x + 4, y - 3);
    expect(await bubble()).toContain(won(summaryCards.roi.totalCost));
    await page.keyboard.press('Escape');
    expect(await bubble()).toBe('none');
    await page.mouse.move(0, 0);
    expect(await bubble()).toBe('none');
    await amount.hover();
    expect(await bubble()).toContain(won(summaryCards.roi.totalCost));
    await page.mouse.move(0, 0);
    await page.getByRole('link', { name: '비교', exact: true }).focus();
    await page.keyboard.press('Tab');
    expect(await bubble()).toContain(won(summaryCards.roi.totalCost));
    await page.keyboard.press('Escape');
    expect(await bubble()).toBe('none');
    await page.keyboard.press('Tab');
  });

  it('climb as messages come, without a reload, and nothing moves', async () => {
    const { eventId } = service.shop.running;
    await page.evaluate('window.wasHere = true');
    const before = await dashboard();
    const boxes = (): Promise<unknown> =>
      page.evaluate(
        `[...document.querySelectorAll('.summary-card, .section, .summary-value .today, .unit')]
          .map((element) => { const { x, y, width, height } = element.getBoundingClientRect(); return [x, y, width, height].map(Math.round); })`,
      );
    await page.evaluate('scrollTo(0, 0)');
    const placesBefore = await boxes();
    await service.tell(
      'participant.registered',
      ...Array.from({ length: 7 }, () => participantRegistered(eventId, { channel: '지니TV' })),
    );

    const expected = number(before.summaryCards.totalParticipants.count + 7);
    await waitFor(async () => (await textOf('[data-testid="participants"]')) === `${expected}명`, {
      what: `${expected} participants on the page`,
      timeoutMs: 10_000,
    });
    const row = '.table tbody tr:has(th:text-is("지니TV"))';
    const ofChannel =
      before.channelPerformance.find(({ channel }) => channel === '지니TV')?.participants ?? 0;
    await waitFor(async () => (await textOf(row)).includes(number(ofChannel + 7)), {
      what: 'the table to follow',
      timeoutMs: 10_000,
    });
    expect(await page.evaluate('window.wasHere')).toBe(true);
    expect(await boxes()).toEqual(placesBefore);
  });

  it('come by the hour or by the day, as is asked for', async () => {
    const label = (): Promise<string | null> => page.locator('.chart-trend').getAttribute('aria-label');
    const daily = await label();
    await page.getByLabel('시간별').check();
    await waitFor(async () => (await page.getByLabel('시간별').isChecked()) && (await label()), {
      what: 'the trend by the hour',
      timeoutMs: 5_000,
    });
    await page.getByLabel('일별').check();
    await waitFor(async () => (await label()) === daily, { what: 'the trend by the day', timeoutMs: 5_000 });
  });

  it('are sorted by the column that is chosen', async () => {
    const channels = (): Promise<string[]> => page.locator('.table tbody th').allTextContents();
    const { channelPerformance } = await dashboard();
    expect(await channels()).toEqual(channelPerformance.map(({ channel }) => channel));
    await page.getByRole('button', { name: '노출', exact: true }).click();
    const byViews = channelPerformance.toSorted((one, other) => other.views - one.views);
    expect(await channels()).toEqual(byViews.map(({ channel }) => channel));
    expect(await page.locator('th[aria-sort="descending"]').textContent()).toContain('노출');
    await page.getByRole('button', { name: '노출', exact: true }).click();
    expect(await channels()).toEqual(byViews.map(({ channel }) => channel).reverse());
  });

  it('are told in English to those who prefer it, and stay so', async () => {
    const { summaryCards } = await dashboard();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Participation', exact: true }).waitFor();
    expect(await card('Participants')).toContain(number(summaryCards.totalParticipants.count));
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    const text = (await page.locator('main').innerText()).replaceAll(
      /우리동네TV|지니TV|신규 고객 환영 이벤트|카페/g,
      '',
    );
    expect(text).not.toMatch(/[가-힣]/);
    await page.reload();
    await page.getByRole('heading', { name: 'Participation', exact: true }).waitFor();
    expect(tab.complaints).toEqual([]);
  });
});
