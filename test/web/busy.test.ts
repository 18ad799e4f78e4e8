import { tokenOf } from '../harness/service';
import { launchBrowser, type TestBrowser } from '../harness/web/browser';
import { type ShopService, startShop } from '../harness/web/shop';
import { complete, live } from '../harness/web/views';

const RATE = 60;

describe('where more is asked than one token may', () => {
  let browser: TestBrowser;
  let service: ShopService;
  beforeAll(async () => {
    browser = await launchBrowser();
    const env = { RATE_LIMIT_PER_TOKEN: `${RATE}`, RATE_LIMIT_SECONDS: '8', MAX_CONNECTIONS_PER_TOKEN: '1' };
    service = await startShop({ env });
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    await browser.close();
  });

  async function useUp(token: string): Promise<void> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ query: '{ __typename }' });
    const ask = () => fetch(`${service.origin}/graphql`, { method: 'POST', headers, body });
    await Promise.all(Array.from({ length: 2 * RATE }, ask));
  }

  it('the page says so, and goes on by itself once it may', async () => {
    const token = tokenOf('somebody busy', [service.shop.storeId]);
    const { page, close } = await browser.open();
    const path = `/events/${service.shop.running.eventId}`;
    await page.goto(`${service.origin}${path}`);
    await page.getByRole('textbox').waitFor();
    await useUp(token);
    await page.goto(`${service.origin}${path}#token=${token}`);
    await page.getByText('지금은 요청이 많습니다').waitFor();
    await page.getByText('잠시 뒤 저절로 다시 시도합니다.').waitFor();
    await complete(page);
    await live(page);
    await close();
  });

  it('a page that has no connection to itself says so, and has one once there is room', async () => {
    const link = `${service.origin}/#token=${tokenOf('somebody with two', [service.shop.storeId])}`;
    const [first, second] = [await browser.open(), await browser.open()];
    await first.page.goto(link);
    await live(first.page);
    await second.page.goto(link);
    await second.page.getByText('혼잡, 다시 연결 중').waitFor();
    await first.close();
    await live(second.page);
    await second.close();
  });
});
