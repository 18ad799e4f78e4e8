import path from 'node:path';
import { analyticsPath } from '../harness/contract/service';
import { type ServiceProcess, startProcess } from '../harness/contract/service-process';
import { createHttpClient, type HttpClient } from '../harness/http';
import { mountSmallDisk, type SmallDisk } from '../harness/machine/small-disk';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { waitFor } from '../harness/wait-for';

jest.setTimeout(300_000);

const MEBIBYTE = 1024 * 1024;
const PARTICIPANTS_A_POST = 500;

describe('a disk that is full under an embedded service', () => {
  let disk: SmallDisk;
  let service: ServiceProcess;
  beforeEach(async () => {
    disk = await mountSmallDisk(220 * MEBIBYTE);
  });
  afterEach(async () => {
    await service.terminate('SIGKILL');
    await disk.remove();
  });

  const start = (): ServiceProcess => {
    service = startProcess({ DATA_DIR: path.join(disk.folder, 'data') });
    return service;
  };
  const { eventId, ...event } = newEvent();
  const post = (http: HttpClient, token: string | undefined, messages: readonly unknown[]) =>
    http.post('/dev/events', token, 'application/json', JSON.stringify(messages));
  const participants = (): unknown[] =>
    Array.from({ length: PARTICIPANTS_A_POST }, () => ({
      topic: 'participant.registered',
      value: participantRegistered(eventId),
    }));
  const lines = (message: string): number =>
    service
      .said()
      .split('\n')
      .filter((line) => line.includes(message)).length;

  it('is told of, answers for what is known, and takes messages again once there is room', async () => {
    const { origin, token } = await start().ready();
    const http = createHttpClient(origin);
    await post(http, token, [{ topic: 'event.created', value: eventCreated({ eventId, ...event }) }]);
    const total = async (client = http, by = token): Promise<unknown> => {
      const answer = await client.get(analyticsPath(eventId), by);
      expect(answer.status).toBe(200);
      return (answer.json() as { summaryCards: { totalParticipants: { count: number } } }).summaryCards
        .totalParticipants.count;
    };
    let acknowledged = 0;
    const postSome = async () => {
      const answer = await post(http, token, participants());
      if (answer.status === 200) acknowledged += PARTICIPANTS_A_POST;
      return answer;
    };

    expect((await postSome()).status).toBe(200);
    disk.leave(70 * MEBIBYTE);
    const refused = await waitFor(
      async () => {
        const answer = await postSome();
        return answer.status === 200 ? undefined : answer;
      },
      { what: 'the disk to be full', timeoutMs: 60_000, everyMs: 1 },
    );
    if (refused.status !== 507) throw new Error(`${refused.status}: ${service.said()}`);
    expect(refused.json()).toMatchObject({ error: 'INSUFFICIENT_STORAGE' });

    // Another process takes the rest.
    disk.leave(0);
    for (let attempt = 0; attempt < 3; attempt += 1) expect((await postSome()).status).toBe(507);
    expect((await http.get('/api/health')).status).toBe(200);
    expect(await total()).toBe(acknowledged);
    expect(lines('the disk is full')).toBe(1);

    disk.giveBack();
    await waitFor(async () => (await postSome()).status === 200, {
      what: 'messages to be taken again',
      timeoutMs: 15_000,
    });
    expect(await total()).toBe(acknowledged);
    expect(lines('there is room on the disk again')).toBe(1);

    await service.terminate('SIGKILL');
    const again = await start().ready();
    expect(await total(createHttpClient(again.origin), again.token)).toBe(acknowledged);
  });
});
