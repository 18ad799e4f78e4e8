import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { analyticsPath } from '../harness/contract/service';
import { createHttpClient, type HttpClient } from '../harness/http';
import { freshDatabase, type Own } from '../harness/isolation';
import { eventCreated, newEvent } from '../harness/messages';
import { askAny } from '../harness/operations/client';
import { startTestService, type TestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

const DEPLOY = path.join(__dirname, '../../deploy');
const MAX_COST = '2000';
const TOO_COSTLY = `query Costly($id: UUID!) { ${Array.from({ length: 25 }, (_, n) => `a${n}: dashboard(eventId: $id) { roiAnalysis { roiCalculation { roi } } summaryCards { roi { value } totalViews { count } } }`).join(' ')} }`;

describe('what is measured of answers', () => {
  let own: Own;
  let link: BreakableLink;
  let service: TestService;
  let http: HttpClient;
  const { eventId, ...ids } = newEvent();

  beforeAll(async () => {
    own = await freshDatabase();
    link = await linkTo(own.url);
    service = await startTestService({ env: { DATABASE_URL: link.url, MAX_OPERATION_COST: MAX_COST } });
    http = createHttpClient(service.origin);
    await service.post([{ topic: 'event.created', value: eventCreated({ eventId, ...ids }) }]);
  });
  afterAll(async () => {
    await service.stop();
    await link.cut();
    await own.drop();
  });

  const page = async (): Promise<string> => (await http.get('/metrics')).body;
  /** The value of a line; 0 where there is none. */
  async function metric(line: string): Promise<number> {
    const found = (await page()).split('\n').find((text) => text.startsWith(`${line} `));
    return Number(found?.split(' ').at(-1) ?? 0);
  }
  const read = async (): Promise<Record<string, unknown>> =>
    (await http.get(analyticsPath(eventId), service.token())).headers;

  it('are dashboards by where they come from, and how old those are that cannot be made anew', async () => {
    await read();
    await read();
    await read();
    const counted = async (): Promise<readonly number[]> =>
      Promise.all(['miss', 'hit', 'stale'].map((kind) => metric(`analytics_answers_total{kind="${kind}"}`)));
    expect(await counted()).toEqual([1, 2, 0]);
    expect(await metric('analytics_stale_answer_age_seconds_count')).toBe(0);

    await service.post([
      { topic: 'event.created', value: eventCreated({ eventId, ...ids }, { title: '새 이름' }) },
    ]);
    await link.cut();
    await waitFor(async () => (await read())['x-stale-reason'] !== undefined, {
      what: 'an answer from before',
      timeoutMs: 20_000,
    });
    expect(await counted()).toEqual([1, expect.any(Number), expect.any(Number)]);
    // A gateway without its database goes on answering, where those who run it ask for that.
    const readiness = await Promise.all(
      ['/readyz', '/readyz?without=database'].map(
        async (path) => (await fetch(service.origin + path)).status,
      ),
    );
    expect(readiness).toEqual([503, 200]);
    const [, , stale = 0] = await counted();
    expect(stale).toBeGreaterThan(0);
    expect(await metric('analytics_stale_answer_age_seconds_count')).toBe(stale);
    await link.mend();
    await waitFor(async () => (await read())['x-stale-reason'] === undefined, {
      what: 'the database to be read again',
      timeoutMs: 20_000,
    });
  });

  it('are operations by name, as far as they are known, and those that a limit refuses', async () => {
    const ask = (query: string) =>
      askAny(service.origin, service.token(), { query, variables: { id: eventId } });
    const name = 'analytics_operation_duration_seconds_count';
    await ask('query MadeUp($id: UUID!) { event(id: $id) { title } }');
    expect(await metric(`${name}{operation="other"}`)).toBe(1);
    expect(await page()).not.toContain('MadeUp');
    await ask(`{ ${'x'.repeat(20_000)} }`);
    expect(await metric('analytics_operations_refused_total{code="OPERATION_TOO_LARGE"}')).toBe(1);
    await ask(TOO_COSTLY);
    expect(await metric('analytics_operations_refused_total{code="OPERATION_TOO_COSTLY"}')).toBe(1);
    expect(await metric(`${name}{operation="other"}`)).toBe(1);
  });

  it('are all that the alerts and the board ask for', async () => {
    const texts = ['prometheus/alerts.yaml', 'grafana/event-analytics.json'].map((file) =>
      readFileSync(path.join(DEPLOY, file), 'utf8'),
    );
    const asked = texts.flatMap(
      (text) => text.match(/\b(?:analytics|http|nodejs|process)_[a-z_0-9]+/g) ?? [],
    );
    const told = new Set([...(await page()).matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name));
    const unknown = [...new Set(asked.map((name) => name.replace(/_(?:bucket|count|sum)$/, '')))].filter(
      (name) => !told.has(name),
    );
    expect(unknown).toEqual([]);
    expect(asked.length).toBeGreaterThan(50);
  });
});
