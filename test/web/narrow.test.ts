import { distributionCompleted, eventCreated, newEvent } from '../harness/messages';
import { waitFor } from '../harness/wait-for';
import { cutOff, outOfView, sidewaysIn } from '../harness/web/boxes';
import { launchBrowser, type Tab, type TestBrowser } from '../harness/web/browser';
import { outputFile } from '../harness/web/output';
import { type ShopService, startShop } from '../harness/web/shop';
import { complete, live } from '../harness/web/views';

const PHONE = { width: 390, height: 844 };
/** A line of a title in the list, in pixels, and a little more. */
const LINE = 32;
/** What a channel is told by, its name besides. */
const FACTS = {
  ko: ['노출', '참여자', '전환율', '1명당 비용', '배포'],
  en: ['Views', 'Participants', 'Conversion', 'Cost each', 'Distribution'],
};

let browser: TestBrowser;
let service: ShopService;
beforeAll(async () => {
  [service, browser] = await Promise.all([startShop(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

/** A tab at an event, complete. */
async function openEvent(
  viewport: { width: number; height: number },
  { language = 'ko', by = browser }: { language?: 'ko' | 'en'; by?: TestBrowser } = {},
): Promise<Tab> {
  const tab = await by.open({ viewport, reducedMotion: 'reduce' });
  await tab.page.goto(service.link(`/events/${service.shop.running.eventId}`));
  await complete(tab.page);
  if (language === 'en') await tab.page.getByRole('button', { name: 'English' }).click();
  return tab;
}

describe.each(['ko', 'en'] as const)('on a phone, in %s', (language) => {
  it.each([
    [390, 844],
    [360, 640],
  ])('the four headline figures are in view together, at %s × %s', async (width, height) => {
    const { page, close } = await openEvent({ width, height }, { language });
    await page.screenshot({ path: outputFile(`first-sight-${width}-${language}.png`) });
    expect(await page.locator('.summary-card .big').count()).toBe(4);
    expect(await outOfView(page, '.summary-card')).toEqual([]);
    expect(
      await cutOff(page, '.summary-card h3, .summary-value, .summary-card .progress, .summary-card .pairs'),
    ).toEqual([]);
    await close();
  });
});

describe.each([320, 360, 390, 768, 1_100, 1_280])('at %s pixels', (width) => {
  it.each(['ko', 'en'] as const)('all six facts of each channel can be read, in %s', async (language) => {
    const { page, close } = await openEvent({ width, height: 800 }, { language });
    expect(await sidewaysIn(page)).toBe(0);
    expect(await sidewaysIn(page, '.table-frame')).toBe(0);
    expect(await page.locator('.table tbody tr > *').count()).toBe(5 * 6);
    expect(await cutOff(page, '.table tbody')).toEqual([]);
    await close();
  });
});

it('each fact of a channel has its name beside it, on a phone', async () => {
  for (const language of ['ko', 'en'] as const) {
    const { page, close } = await openEvent(PHONE, { language });
    const names = await page.evaluate<string[]>(
      `[...document.querySelectorAll('.table tbody tr:first-child td')].map((cell) => getComputedStyle(cell, '::before').content)`,
    );
    expect(names.map((name) => /"(.+?)"/.exec(name)?.[1])).toEqual(FACTS[language]);
    await close();
  }
});

it('the channels stay a table for those who hear the page, and can be sorted, on a phone', async () => {
  const { page, close } = await openEvent(PHONE);
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const heard = (role: string): string[] =>
    nodes.filter((node) => !node.ignored && node.role?.value === role).map(({ name }) => `${name?.value}`);
  expect(heard('table')).toHaveLength(1);
  expect(heard('columnheader').map((name) => name.replace(/\s*↕$/, ''))).toEqual(['채널', ...FACTS.ko]);
  expect(heard('rowheader')).toEqual(['우리동네TV', '지니TV', 'Instagram', 'Naver Blog', 'Kakao Channel']);
  const cells = [...heard('cell'), ...heard('gridcell')];
  expect(cells).toHaveLength(5 * 5);
  // The name of a fact is its column's to tell: in the cell as well it would be heard twice.
  expect(cells.filter((cell) => FACTS.ko.slice(0, 4).some((fact) => cell.startsWith(fact)))).toEqual([]);

  await page.locator('.table').getByRole('button', { name: '노출' }).click();
  expect(await page.locator('.table tbody th').first().textContent()).toBe('지니TV');
  expect(await cutOff(page, '.table thead th:has(button)')).toEqual([]);
  await close();
});

describe('names as long as they may be', () => {
  const titles = {
    'without blanks': '가나다라마바사아자차'.repeat(20),
    'of blanks and words': '가을맞이 단골 감사 이벤트 '.repeat(20).slice(0, 199) + '끝',
    'of Latin letters without blanks': 'Wintersale'.repeat(20),
  };
  const ids = Object.fromEntries(Object.keys(titles).map((name) => [name, newEvent()]));
  let list: string;
  beforeAll(async () => {
    const { storeId } = service.shop.running;
    const long = newEvent().storeId;
    list = `/#token=${service.token([storeId, long])}`;
    for (const [name, title] of Object.entries(titles)) {
      const { eventId } = ids[name] ?? newEvent();
      const endAt = new Date(Date.now() + 86_400_000).toISOString();
      await service.tell('event.created', eventCreated({ eventId, storeId: long }, { title, endAt }));
      await service.tell(
        'distribution.completed',
        distributionCompleted(eventId, [
          { channel: 'ㅁ'.repeat(50), cost: 1_234_567, status: 'SUCCESS', expectedViews: 1_234_567 },
          { channel: 'Instagram', cost: 50_000, status: 'FAILED', expectedViews: 800 },
        ]),
      );
    }
  });

  it.each(Object.keys(titles))('a title %s leaves the figures in view, on a phone', async (name) => {
    const { page, close } = await browser.open({ viewport: PHONE, reducedMotion: 'reduce' });
    const eventId = ids[name]?.eventId;
    await page.goto(`${service.origin}/events/${eventId}${list.slice(1)}`);
    await live(page);
    await page.locator('.table tbody tr').first().waitFor();
    await page.screenshot({ path: outputFile(`long-title-${Object.keys(titles).indexOf(name)}.png`) });
    expect(await sidewaysIn(page)).toBe(0);
    expect(await cutOff(page, '.event-head')).toEqual([]);
    expect(await outOfView(page, '.event-head h1, .event-title .pill, .summary-card')).toEqual([]);
    expect(await sidewaysIn(page, '.table-frame')).toBe(0);
    expect(await cutOff(page, '.table tbody')).toEqual([]);
    await close();
  });

  it.each([390, 768, 1_280])(
    'such titles leave their neighbours in the list as they are, at %s pixels',
    async (width) => {
      const { page, close } = await browser.open({
        viewport: { width, height: 844 },
        reducedMotion: 'reduce',
      });
      const heightOfOthers = (): Promise<number> =>
        page.evaluate<number>(`Math.max(...[...document.querySelectorAll('.running-event')]
        .filter(({ textContent }) => textContent.includes('신규 고객 환영') || textContent.includes('우산'))
        .map((card) => card.getBoundingClientRect().height))`);
      await page.goto(service.link());
      await live(page);
      const alone = await heightOfOthers();
      await page.goto('about:blank');
      await page.goto(`${service.origin}${list}`);
      await live(page);
      await waitFor(async () => (await page.locator('.running-event').count()) === 5, {
        what: 'all running events',
        timeoutMs: 5_000,
      });
      await page.screenshot({ path: outputFile(`long-titles-${width}.png`), fullPage: true });
      expect(await sidewaysIn(page)).toBe(0);
      expect((await heightOfOthers()) - alone).toBeLessThanOrEqual(LINE);
      await close();
    },
  );
});

/** What an event tells, without what is hidden on purpose where there is no room for it. */
const READ =
  '.event-head, .summary-card h3, .summary-value, .progress, .pairs, .table tbody, .distribution, .beside';

describe('with text of twice the size', () => {
  let enlarging: TestBrowser;
  beforeAll(async () => void (enlarging = await launchBrowser({ textSize: 32 })));
  afterAll(() => enlarging.close());

  it.each([390, 1_280])('nothing is cut off or has to be scrolled sideways, at %s pixels', async (width) => {
    const { page, close } = await openEvent({ width, height: 844 }, { by: enlarging });
    await page.screenshot({ path: outputFile(`large-text-${width}.png`), fullPage: true });
    const size = await page.evaluate<string>('getComputedStyle(document.documentElement).fontSize');
    expect(Number.parseFloat(size)).toBeGreaterThanOrEqual(28);
    expect(await cutOff(page, READ)).toEqual([]);
    expect(await sidewaysIn(page)).toBe(0);
    expect(await sidewaysIn(page, '.table-frame')).toBe(0);
    await close();
  });
});
