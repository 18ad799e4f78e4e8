import { participantRegistered } from '../harness/messages';
import { launchBrowser, type TestBrowser } from '../harness/web/browser';
import { outputFile } from '../harness/web/output';
import { type ShopService, startShop } from '../harness/web/shop';

describe('the explorers', () => {
  let service: ShopService;
  let browser: TestBrowser;
  beforeAll(async () => {
    [service, browser] = await Promise.all([startShop(), launchBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  it('GraphiQL runs a subscription with the token that the dashboard has', async () => {
    const { page, complaints, close } = await browser.open();
    const foreign: string[] = [];
    page.on('request', (request) => {
      if (
        /^(?:https?|wss?):/.test(request.url()) &&
        new URL(request.url()).host !== new URL(service.origin).host
      )
        foreign.push(request.url());
    });
    await page.goto(service.link());
    await page.getByRole('link', { name: 'GraphiQL' }).click();
    await page.locator('.graphiql-query-editor .monaco-editor').waitFor();
    await page.getByRole('button', { name: 'Variables', exact: true }).click();
    await page.locator('.graphiql-editor-tool .monaco-editor').first().click();
    await page.keyboard.insertText(JSON.stringify({ eventId: service.shop.running.eventId }));
    await page.getByRole('button', { name: /Execute query/ }).click();
    const answer = page.locator('.graphiql-response');
    await answer.getByText('1307', { exact: false }).waitFor();
    await service.tell('participant.registered', participantRegistered(service.shop.running.eventId));
    await answer.getByText('1308', { exact: false }).waitFor();
    await page.screenshot({ path: outputFile('graphiql.png') });
    expect(foreign).toEqual([]);
    expect(complaints.filter((text) => /policy|refused/i.test(text))).toEqual([]);
    await close();
  });

  it('the OpenAPI page tells of the contract', async () => {
    const { page, complaints, close } = await browser.open();
    await page.goto(`${service.origin}/api/docs`);
    await page.getByText('/events/{eventId}/analytics').first().waitFor();
    await page.screenshot({ path: outputFile('openapi.png') });
    // Browsers ask for an icon that no page has named.
    expect(complaints.filter((text) => !text.includes('/favicon.ico'))).toEqual([]);
    await close();
  });
});
