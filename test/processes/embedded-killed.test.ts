import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { analyticsPath } from '../harness/contract/service';
import { type ServiceProcess, startProcess } from '../harness/contract/service-process';
import { createHttpClient } from '../harness/http';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { seededRandom } from '../harness/seeded';

jest.setTimeout(300_000);

const KILLS = 4;
const LONGEST_MS = 1_500;

interface Message {
  readonly topic: string;
  readonly value: unknown;
}

describe('an embedded service that is killed while it stores', () => {
  const DATA_DIR = mkdtempSync(path.join(tmpdir(), 'analytics-embedded-'));
  let service: ServiceProcess | undefined;
  afterAll(async () => {
    await service?.terminate('SIGKILL');
    rmSync(DATA_DIR, { recursive: true, force: true });
  });

  async function open() {
    service = startProcess({ DATA_DIR });
    const { origin, token } = await service.ready();
    const http = createHttpClient(origin);
    return {
      process: service,
      http,
      token,
      post: (messages: readonly Message[]) =>
        http.post('/dev/events', token, 'application/json', JSON.stringify(messages)),
    };
  }

  it('has kept what it acknowledged, and takes the rest once when it is sent again', async () => {
    const random = seededRandom('killed while storing');
    const { eventId, ...event } = newEvent();
    const unacknowledged: Message[][] = [
      [{ topic: 'event.created', value: eventCreated({ eventId, ...event }) }],
    ];
    let sent = 0;
    const newMessages = (): Message[] => {
      const size = random.between(1, 300);
      sent += size;
      return Array.from({ length: size }, () => ({
        topic: 'participant.registered',
        value: participantRegistered(eventId),
      }));
    };

    for (let kill = 0; kill <= KILLS; kill += 1) {
      const running = await open();
      for (const messages of unacknowledged.splice(0))
        expect((await running.post(messages)).status).toBe(200);
      const answer = await running.http.get(analyticsPath(eventId), running.token);
      expect(answer.json()).toMatchObject({ summaryCards: { totalParticipants: { count: sent } } });
      if (kill === KILLS) return;
      const killed = pause(random.between(50, LONGEST_MS)).then(() => running.process.terminate('SIGKILL'));
      while (unacknowledged.length === 0) {
        const messages = newMessages();
        const stored = await running.post(messages).then(
          ({ status }) => status === 200,
          () => false,
        );
        if (!stored) unacknowledged.push(messages);
      }
      await killed;
    }
  });
});
