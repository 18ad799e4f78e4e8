import { ASSEMBLY_LEASE_MS } from '../../src/cache/cache';
import { analyticsPath } from '../harness/contract/service';
import { createHttpClient } from '../harness/http';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { type RealService, startRealService } from '../harness/real-service';
import { waitFor } from '../harness/wait-for';

interface Dashboard {
  readonly summaryCards: { readonly totalParticipants: { readonly count: number } };
}

describe('a change that came over Kafka', () => {
  let service: RealService;
  beforeAll(async () => void (service = await startRealService()), 60_000);
  afterAll(() => service.stop());

  it('is shown by finished answers after a second, though they are kept for 300 and asked for all the time', async () => {
    const { eventId, storeId } = newEvent();
    const http = createHttpClient(service.origin);
    const read = () => http.get(analyticsPath(eventId), service.token());
    const shown = async (): Promise<unknown> =>
      ((await read()).json() as Dashboard).summaryCards.totalParticipants.count;
    await service.topics.send('event.created', [eventCreated({ eventId, storeId })]);
    await waitFor(async () => (await read()).status === 200, { what: 'the event', timeoutMs: 20_000 });

    for (let count = 1; count <= 3; count++) {
      await service.topics.send('participant.registered', [participantRegistered(eventId)], { key: eventId });
      await service.counted(eventId, count);
      await waitFor(async () => (await shown()) === count, {
        what: 'readers to be shown what was committed',
        timeoutMs: ASSEMBLY_LEASE_MS + 2_000,
        everyMs: 5,
      });
    }
  });
});
