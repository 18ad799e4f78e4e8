import { source as axe } from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { launchBrowser, type TestBrowser } from '../harness/web/browser';
import { type ShopService, startShop } from '../harness/web/shop';
import { complete, VIEWS } from '../harness/web/views';

let browser: TestBrowser;
let service: ShopService;
beforeAll(async () => {
  [service, browser] = await Promise.all([startShop(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe has against the page as it stands, in words. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })`,
  );
  return found.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`),
  );
}

describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
  it.each(VIEWS)('axe has nothing against %s', async (_name, visit) => {
    const { page, complaints, close } = await browser.open({ colorScheme, reducedMotion: 'reduce' });
    await visit(page, service);
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('nor against the event on a phone, in English', async () => {
    const { page, close } = await browser.open({
      colorScheme,
      reducedMotion: 'reduce',
      viewport: { width: 390, height: 844 },
    });
    await page.goto(service.link(`/events/${service.shop.running.eventId}`));
    await complete(page);
    await page.getByRole('button', { name: 'English' }).click();
    expect(await violations(page)).toEqual([]);
    await close();
  });
});

it('has nothing on a narrow screen that has to be scrolled sideways', async () => {
  const { page, close } = await browser.open({ viewport: { width: 320, height: 640 } });
  for (const [, visit] of VIEWS) {
    await page.goto('about:blank');
    await visit(page, service);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
  }
  await close();
});

it('can be walked with the keyboard, from the list to an event, through all that can be pressed', async () => {
  const { page, close } = await browser.open();
  await page.goto(service.link());
  await page.getByRole('heading', { name: '신규 고객 환영 이벤트' }).waitFor();
  const focus = (): Promise<string> =>
    page.evaluate<string>(
      `(document.activeElement.getAttribute('aria-label') ?? document.activeElement.closest('label')?.textContent ?? document.activeElement.textContent).trim()`,
    );
  await page.keyboard.press('Tab');
  expect(await focus()).toBe('본문으로 건너뛰기');
  await page.keyboard.press('Enter');
  for (let step = 0; step < 10 && (await focus()) !== '신규 고객 환영 이벤트'; step++)
    await page.keyboard.press('Tab');
  expect(await focus()).toBe('신규 고객 환영 이벤트');
  await page.keyboard.press('Enter');
  await complete(page);
  expect(await page.evaluate<string>('document.activeElement.id')).toBe('main');

  const walked: string[] = [];
  await page.evaluate('document.body.focus(), scrollTo(0, 0)');
  for (let step = 0; step < 120; step++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>('document.activeElement === document.body')) break;
    walked.push(await focus());
    expect(
      await page.evaluate<boolean>(
        `(() => { const box = document.activeElement.getBoundingClientRect(); return box.bottom > 0 && box.top < innerHeight; })()`,
      ),
    ).toBe(true);
  }
  for (const stop of ['이벤트', '인쇄', '요약', '일별', 'CSV: 참여 추이', 'PNG: 채널별 성과', '노출↕'])
    expect(walked).toContain(stop);

  await page.getByLabel('일별').focus();
  await page.keyboard.press('ArrowLeft');
  expect(await page.getByLabel('시간별').isChecked()).toBe(true);
  await close();
});

it('does not move for those who prefer reduced motion', async () => {
  const { page, close } = await browser.open({ reducedMotion: 'reduce' });
  await page.goto(service.link(`/events/${service.shop.running.eventId}`));
  await complete(page);
  const moving = await page.evaluate<number>(
    "document.getAnimations().filter(({ playState }) => playState === 'running').length",
  );
  expect(moving).toBe(0);
  await close();
});
