import { readFileSync, writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { eventCreated, participantRegistered } from '../harness/messages';
import { launchBrowser, type TestBrowser } from '../harness/web/browser';
import { outputFile } from '../harness/web/output';
import { type ShopService, startShop } from '../harness/web/shop';
import { complete } from '../harness/web/views';

describe('what can be taken along', () => {
  let service: ShopService;
  let browser: TestBrowser;
  let page: Page;
  beforeAll(async () => {
    [service, browser] = await Promise.all([startShop(), launchBrowser()]);
    ({ page } = await browser.open({ colorScheme: 'dark' }));
    await page.goto(service.link(`/events/${service.shop.running.eventId}`));
    await complete(page);
  });
  afterAll(async () => {
    await browser.close();
    await service.stop();
  });

  async function save(button: string): Promise<{ name: string; content: Buffer }> {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: button }).click(),
    ]);
    return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
  }

  it('is the trend as CSV, with every point that the service has', async () => {
    const answer = await fetch(`${service.origin}/api/events/${service.shop.running.eventId}/analytics`, {
      headers: { authorization: `Bearer ${service.token()}` },
    });
    const { participationTrend } = (await answer.json()) as {
      participationTrend: { dataPoints: { timestamp: string; participantCount: number }[] };
    };
    const { name, content } = await save('CSV: 참여 추이');
    expect(name).toBe('신규 고객 환영 이벤트 참여 추이.csv');
    const [head, ...rows] = content.toString('utf8').trimEnd().split('\r\n');
    expect(head).toBe('\uFEFF시각,누적 참여자,새 참여자');
    expect(rows.map((row) => row.split(',').slice(0, 2))).toEqual(
      participationTrend.dataPoints.map(({ timestamp, participantCount }) => [
        timestamp,
        String(participantCount),
      ]),
    );
  });

  it('is the table of channels as CSV, in its order', async () => {
    const { content } = await save('CSV: 채널별 성과');
    const rows = content.toString('utf8').trimEnd().split('\r\n');
    expect(rows[0]).toContain('채널,노출,참여자');
    expect(rows.slice(1).map((row) => row.split(',')[0])).toEqual(
      await page.locator('.table tbody th').allTextContents(),
    );
  });

  it.each(['참여 추이', '채널별 성과', '투자 대비 수익'])('is the chart of %s as PNG', async (section) => {
    const { name, content } = await save(`PNG: ${section}`);
    expect(name).toBe(`신규 고객 환영 이벤트 ${section}.png`);
    expect(content.subarray(1, 4).toString()).toBe('PNG');
    expect(content.length).toBeGreaterThan(5_000);
    writeFileSync(outputFile(`export ${section}.png`), content);
  });

  it.each([
    ['a wide', 1_920],
    ['a narrow', 390],
  ])('is one page of A4, from %s screen', async (screen, width) => {
    await page.setViewportSize({ width, height: 900 });
    const paper = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    writeFileSync(outputFile(`print from ${screen} screen.pdf`), paper);
    expect(paper.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
    expect(paper.toString('latin1')).toMatch(/\/MediaBox \[0 0 (?:594|595|596)[\d.]* (?:841|842)[\d.]*\]/);
    await page.setViewportSize({ width: 1_280, height: 900 });
  });

  it('is one page still with many channels', async () => {
    await service.tell(
      'participant.registered',
      ...Array.from({ length: 12 }, (_, index) =>
        participantRegistered(service.shop.running.eventId, { channel: `지역 카페 ${index + 1}` }),
      ),
    );
    await page.locator('.table tbody tr').nth(16).waitFor();
    const paper = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    writeFileSync(outputFile('print of many channels.pdf'), paper);
    expect(paper.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  });

  it('has a name that every file system takes', async () => {
    await service.tell(
      'event.created',
      eventCreated(service.shop.running, {
        title: '1+1: 커피/빵 <오늘만>',
        occurredAt: new Date().toISOString(),
      }),
    );
    await page.reload();
    await complete(page);
    const { name } = await save('CSV: 참여 추이');
    expect(name).toBe('1+1  커피 빵  오늘만  참여 추이.csv');
  });
});
