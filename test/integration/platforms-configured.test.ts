import { randomUUID } from 'node:crypto';
import { CONNECTOR_NAMES, type ConnectorName } from '../../src/config/platforms';
import type { Instant } from '../../src/domain/values';
import { ViewsByChannelDocument } from '../../src/generated/test-operations';
import { createSettableClock } from '../../src/runtime/clock';
import { type ServiceUnderContract, startUnderContract } from '../harness/contract/service';
import { distributionCompleted } from '../harness/messages';
import { ask } from '../harness/operations/client';
import { healthy } from '../harness/platforms/behaviours';
import { CONNECTOR_FORMATS } from '../harness/platforms/connector-formats';
import { type ReceivedRequest, startFakePlatform } from '../harness/platforms/fake-platform';
import { waitFor } from '../harness/wait-for';

const TV = '지니TV';
const HOUR_MS = 3_600_000;
const NOON = Date.parse('2025-10-15T12:00:00Z') as Instant;
const iso = (instant: number): string => new Date(instant).toISOString();

describe('platforms as they are configured', () => {
  it.each(CONNECTOR_NAMES)('are asked over HTTP, and what they count is shown: %s', async (parser) => {
    const eventId = randomUUID();
    const [request] = await shownViews(parser, eventId, { ids: { [eventId]: '1789' } });
    expect(request?.headers).toMatchObject({ authorization: 'Bearer t0ken' });
    expect(request?.url.startsWith(CONNECTOR_FORMATS[parser].request(eventId, '1789').path)).toBe(true);
  });

  it('are asked by the id that came with the distribution, which nobody has configured', async () => {
    const [request] = await shownViews('instagram', randomUUID(), {}, '17895695668004550');
    expect(request?.url).toBe('/17895695668004550/insights?metric=views');
  });

  it.each([
    [1, '1'],
    [100, '0'],
  ])(
    'that may be asked %i times a day show in the metrics whether they are to be',
    async (quotaPerDay, shown) => {
      const eventId = randomUUID();
      let metrics = '';
      await shownViews('json', eventId, { quotaPerDay }, undefined, async (service) => {
        metrics = await (await fetch(`${service.origin}/metrics`)).text();
      });
      expect(metrics).toContain(`\nanalytics_platform_quota_used_up{channel="${TV}"} ${shown}\n`);
    },
  );
});

/** @returns the requests until the views of an event that is distributed over a platform are shown */
async function shownViews(
  parser: ConnectorName,
  eventId: string,
  differing: object,
  externalId?: string,
  whenShown: (service: ServiceUnderContract) => Promise<void> = () => Promise.resolve(),
): Promise<readonly ReceivedRequest[]> {
  const fake = await startFakePlatform();
  fake.behave(healthy(123));
  const platform = {
    channel: TV,
    baseUrl: fake.baseUrl(TV),
    parser,
    credentials: { type: 'bearer', token: '$TOKEN' },
    ...differing,
  };
  const env = { CHANNEL_PLATFORMS: JSON.stringify([platform]), TOKEN: 't0ken' };
  const service = await startUnderContract({ clock: createSettableClock(NOON), env });
  try {
    const occurredAt = iso(NOON - HOUR_MS);
    await service.event({ eventId, occurredAt, startAt: iso(NOON), endAt: iso(NOON + HOUR_MS) });
    const named = [{ channel: TV, status: 'SUCCESS', cost: 1_000, externalId }];
    await service.send('distribution.completed', distributionCompleted(eventId, named, { occurredAt }));
    await waitFor(
      async () => {
        const variables = { id: eventId };
        const { data } = await ask(service.origin, service.token(), ViewsByChannelDocument, variables);
        const [row] = data!.dashboard.channelPerformance;
        return row?.views === 123 && row.viewsSource === 'MEASURED';
      },
      { what: 'the views', timeoutMs: 20_000 },
    );
    await whenShown(service);
    return fake.requests();
  } finally {
    await service.stop();
    await fake.stop();
  }
}
