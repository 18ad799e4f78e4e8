import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createSettableClock } from '../../src/runtime/clock';
import { differences } from '../harness/contract/differing-paths';
import { EXAMPLE } from '../harness/contract/example-messages';
import { exampleOf } from '../harness/contract/openapi';
import { createHttpClient, type HttpClient } from '../harness/http';
import { startTestService, type TestService } from '../harness/service';

const MESSAGES = readFileSync(path.join(__dirname, 'example/messages.ndjson'));
const PATH = `/api/events/${EXAMPLE.eventId}/analytics`;

/** Where the contract's example does not follow from its own numbers, and what does follow from them. */
const CONTRADICTIONS = [
  // None of the registrations that its own trend shows is of the day on which it was asked for.
  { path: '$.summaryCards.totalParticipants.dailyChange', ours: 0, example: 150 },
  // The channel's cost in roiAnalysis, divided by its participants.
  { path: '$.channelPerformance[0].costPerAcquisition', ours: 250, example: 2500 },
  { path: '$.channelPerformance[1].costPerAcquisition', ours: 400, example: 4000 },
  { path: '$.channelPerformance[2].costPerAcquisition', ours: 250, example: 1000 },
  // 1,200 participants of the channels that have views, of 17,200 views.
  { path: '$.comparativeAnalysis.industryComparison[2].myValue', ours: 7, example: 8.5 },
  { path: '$.comparativeAnalysis.industryComparison[2].percentageDifference', ours: 16.7, example: 41.7 },
];

describe("the contract's example", () => {
  let service: TestService;
  let http: HttpClient;

  beforeAll(async () => {
    service = await startTestService({
      clock: createSettableClock(EXAMPLE.now),
      env: { BUSINESS_TIME_ZONE: EXAMPLE.timeZone },
    });
    http = createHttpClient(service.origin);
  });

  afterAll(() => service.stop());

  it('takes every message of the committed file', async () => {
    const answer = await http.post('/dev/events', service.token(), 'application/x-ndjson', MESSAGES);

    const lines = MESSAGES.toString().trimEnd().split('\n').length;
    expect(answer.json()).toEqual({ accepted: lines, duplicates: 0, rejected: [] });
  });

  it('is reproduced but for the six fields in which it contradicts itself', async () => {
    await http.get(PATH, service.token([EXAMPLE.storeId]));
    const { body } = await http.get(PATH, service.token([EXAMPLE.storeId]));

    const found = differences(JSON.parse(body), exampleOf('/events/{eventId}/analytics', 200));
    expect(found).toEqual(
      CONTRADICTIONS.map(({ path: at, ours, example }) => ({ path: at, one: ours, other: example })),
    );
  });

  it('is not changed by the same file arriving again', async () => {
    const before = await http.get(PATH, service.token());
    const again = await http.post('/dev/events', service.token(), 'application/x-ndjson', MESSAGES);
    const after = await http.get(PATH, service.token());

    expect(again.json()).toMatchObject({ accepted: 0, rejected: [] });
    expect(differences(before.json(), after.json())).toEqual([]);
  });
});
