import { randomUUID } from 'node:crypto';
import { newEvent, participantErased, participantRegistered } from '../harness/messages';
import { type RealService, startRealService } from '../harness/real-service';
import { waitFor } from '../harness/wait-for';

describe('a service without PRIVACY_KEY', () => {
  const person = randomUUID();
  const lines: string[] = [];
  let service: RealService;

  beforeAll(async () => {
    service = await startRealService({
      env: { PRIVACY_KEY: '', LOG_LEVEL: 'debug' },
      onLog: (line) => lines.push(line),
    });
  });
  afterAll(() => service.stop());

  it('says which partition waits, and why, goes on with all others, and names nobody', async () => {
    const { eventId } = newEvent();
    const mine = { participantId: person, key: person };
    await service.topics.send('participant.registered', [participantRegistered(eventId, mine)]);
    await service.topics.send('participant.erased', [participantErased(mine)], { key: person });
    await service.topics.send('participant.registered', [participantRegistered(eventId)]);
    await service.counted(eventId, 2);
    const answer = await waitFor(
      async () => {
        const { ready, ...rest } = await service.lifecycle.readiness();
        return !ready && JSON.stringify(rest);
      },
      { what: 'the service not to be ready', timeoutMs: 40_000 },
    );
    expect(answer).toContain('participant.erased');
    expect(answer).toContain('PRIVACY_KEY is not set');
    const told = lines.filter(
      (line) => line.startsWith('{"level":40,') && line.includes('cannot be applied'),
    );
    expect(told).toHaveLength(1);
    expect(lines.join('').toLowerCase()).not.toContain(person);
  });
});
