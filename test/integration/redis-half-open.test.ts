import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { analyticsPath } from '../harness/contract/service';
import { createHttpClient } from '../harness/http';
import { freshRedis, type Own } from '../harness/isolation';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { type RealService, startRealService } from '../harness/real-service';
import { startTestService, type TestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

interface Dashboard {
  readonly cacheStatus: string;
  readonly summaryCards: { readonly totalParticipants: { readonly count: number } };
}

describe('a worker whose connections to Redis fall silent without ending', () => {
  let own: Own;
  let link: BreakableLink;
  let worker: RealService;
  let gateway: TestService;
  beforeAll(async () => {
    own = await freshRedis();
    link = await linkTo(own.url);
    worker = await startRealService({ env: { REDIS_URL: link.url } });
    gateway = await startTestService({ env: { ...worker.env, REDIS_URL: own.url, ROLES: 'gateway' } });
  });
  afterAll(async () => {
    await gateway.stop();
    await worker.stop();
    await link.cut();
    await own.drop();
  });

  it('notices it by itself and tells what it has changed, so that another gateway serves nothing old', async () => {
    const ids = newEvent();
    const { eventId } = ids;
    const http = createHttpClient(gateway.origin);
    const read = async (): Promise<Dashboard> =>
      (await http.get(analyticsPath(eventId), gateway.token())).json() as Dashboard;
    await worker.topics.send('event.created', [eventCreated(ids)], { key: eventId });
    await worker.topics.send('participant.registered', [participantRegistered(eventId)], { key: eventId });
    await worker.counted(eventId, 1);
    await waitFor(async () => (await read()).cacheStatus === 'HIT', { what: 'a hit', timeoutMs: 10_000 });

    for (let total = 2; total <= 3; total++) {
      link.silence();
      await worker.topics.send('participant.registered', [participantRegistered(eventId)], { key: eventId });
      await worker.counted(eventId, total);
      await waitFor(async () => (await read()).summaryCards.totalParticipants.count === total, {
        what: 'the change to be told',
        timeoutMs: 8_000,
      });
    }
  });
});
