import { statSync } from 'node:fs';
import { launchBrowser, type TestBrowser } from '../harness/web/browser';
import { outputFile } from '../harness/web/output';
import { type ShopService, startShop } from '../harness/web/shop';
import { VIEWS } from '../harness/web/views';

let browser: TestBrowser;
let service: ShopService;
beforeAll(async () => {
  [service, browser] = await Promise.all([startShop(), launchBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await service.stop();
});

const SIZES = { 390: 844, 1280: 800, 1920: 1080 } as const;

describe.each(Object.entries(SIZES))('at %s pixels', (width, height) => {
  it.each(VIEWS)('keeps a picture of %s, in both colours', async (name, visit) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints, close } = await browser.open({
        colorScheme,
        reducedMotion: 'reduce',
        viewport: { width: Number(width), height },
      });
      await visit(page, service);
      const picture = outputFile(`${name}-${width}-${colorScheme}.png`);
      await page.screenshot({ path: picture, fullPage: true });
      expect(statSync(picture).size).toBeGreaterThan(5_000);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(Number(width));
      expect(complaints).toEqual([]);
      await close();
    }
  });
});
