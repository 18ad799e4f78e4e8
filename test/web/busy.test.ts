import { enterPlainSocket } from '../harness/live/plain-socket';
import { tokenOf } from '../harness/service';
import { waitFor } from '../harness/wait-for';
import { launchBrowser, type TestBrowser } from '../harness/web/browser';
import { type ShopService, startShop } from '../harness/web/shop';
import { complete, live } from '../harness/web/views';

const RATE = 60;
/** Those that the page watches, each a cohort. */
const SECTIONS = 6;

describe('where more is asked than one token may', () => {
  let browser: TestBrowser;
  let service: ShopService;
  beforeAll(async () => {
    browser = await launchBrowser();
    const env = {
      RATE_LIMIT_PER_TOKEN: `${RATE}`,
      RATE_LIMIT_SECONDS: '8',
      MAX_CONNECTIONS_PER_TOKEN: '1',
      MAX_COHORTS_PER_EVENT: `${2 * SECTIONS}`,
    };
    service = await startShop({ env });
  });
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

  it('sections that there is no room to watch for are watched as soon as there is', async () => {
    const { storeId, running } = service.shop;
    const { eventId } = running;
    const others = await Promise.all(
      ['one', 'another'].map((subject) => enterPlainSocket(service.origin, tokenOf(subject, [storeId]))),
    );
    for (const [index, other] of others.entries())
      for (let n = 0; n < SECTIONS; n += 1) {
        other.subscribe(
          `${n}`,
          `subscription { dashboardUpdated(eventId: "${eventId}") { as${index}${n}: eventTitle } }`,
        );
        await other.until('next', `${n}`);
      }
    const { page, close } = await browser.open();
    const token = tokenOf('somebody late', [storeId]);
    await page.goto(`${service.origin}/events/${eventId}#token=${token}`);
    await complete(page);
    await live(page);
    const refused = async (): Promise<number> =>
      figure(/^analytics_live_refused_total\{limit="cohorts_per_event"\} (\d+)$/m);
    await waitFor(async () => (await refused()) >= SECTIONS, {
      what: 'all to be refused',
      timeoutMs: 10_000,
    });
    for (const other of others) other.end();
    await waitFor(
      async () => {
        // A reason to try at once.
        await page.evaluate("dispatchEvent(new Event('online'))");
        return (await figure(/^analytics_live_subscribers (\d+)$/m)) === SECTIONS + 1;
      },
      { what: 'the page to watch its sections and the count', timeoutMs: 15_000 },
    );
    await close();
  });

  async function figure(line: RegExp): Promise<number> {
    const page = await (await fetch(`${service.origin}/metrics`)).text();
    return Number(line.exec(page)?.[1]);
  }

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
