import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { recordDeadLetters } from '../../src/database/dead-letters/rejected';
import type { Instant } from '../../src/domain/values';
import { systemClock } from '../../src/runtime/clock';
import { runCommand } from '../harness/command';
import { TEST_PRIVACY_KEY } from '../harness/digests';
import { newEvent, participantErased, participantRegistered } from '../harness/messages';
import { type RealService, startRealService } from '../harness/real-service';
import { type OpenedDatabase, openServer } from '../harness/streams/databases';
import { createStreamFixture } from '../harness/streams/fixture';
import { everythingIn } from '../harness/streams/stored';
import { waitFor } from '../harness/wait-for';

const run = (args: readonly string[], env: NodeJS.ProcessEnv) => runCommand('privacy', args, env);
const OCCURRED_AT = '2025-10-20T18:05:12.480Z';

describe('npm run privacy', () => {
  const [one, other] = [newEvent().eventId, newEvent().eventId].sort() as [string, string];
  let person: string;
  let opened: OpenedDatabase;
  beforeAll(async () => (opened = await openServer()), 60_000);
  afterAll(() => opened.close());

  const onServer = () => ({ DATABASE_URL: opened.url, PRIVACY_KEY: TEST_PRIVACY_KEY });
  const kept = async (env: NodeJS.ProcessEnv = onServer()) => {
    const { code, stdout, stderr } = await run(['export', '--participant', person.toUpperCase()], env);
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.any(String) as string });
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  beforeEach(async () => {
    const stage = createStreamFixture(opened.database, systemClock);
    await stage.reset();
    person = randomUUID();
    const registered = [one, other].map((eventId) =>
      participantRegistered(eventId, { participantId: person, occurredAt: OCCURRED_AT }),
    );
    await stage.append('participant.registered', [...registered, participantRegistered(one)]);
    const value = Buffer.from(JSON.stringify(participantRegistered(one, { participantId: person, age: -1 })));
    const message = { offset: 7n, key: null, value };
    const place = { topic: 'participant.registered', partition: 1 };
    await recordDeadLetters(
      opened.database,
      place,
      [{ message, reason: 'age: wrong' }],
      Date.now() as Instant,
    );
  });

  it('explains itself, and what it does not understand, without repeating whom it was asked about', async () => {
    const { code, stdout } = await run(['--help'], {});
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: npm run privacy/);
    for (const [args, words] of [
      [[], /export or erase/],
      [['export'], /^Whom\? --participant/],
      [['erase', '--participant', 'Kim'], /^--participant: must be a uuid$/m],
      [['erase', '--participant', person, '--event', 'x'], /^--event: must be a uuid$/m],
      [['export', '--participant', person, '--event', one], /--event goes with erase/],
      [['export', '--participant', person, '--url', 'http://localhost:1'], /go with erase/],
      [['erase', '--participnat', person], /Unknown option '--participnat'/],
    ] as const) {
      const said = await run(args, {});
      expect(said).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(words) as string });
      expect(said.stderr).not.toMatch(new RegExp(`Kim|${person}`));
    }
  });

  it('prints all that is kept of a participant, and of nobody else', async () => {
    expect(await kept()).toEqual({
      participantId: person,
      participations: [one, other].map((eventId) => ({
        ...{ eventId, channel: 'Instagram', age: 34, gender: 'FEMALE', region: '서울', newCustomer: true },
        registeredAt: OCCURRED_AT,
      })),
      erasedParticipations: [],
      erasures: [],
      deadLetters: [expect.objectContaining({ offset: '7', reason: 'age: wrong' })],
    });
    person = randomUUID();
    expect(await kept()).toMatchObject({ participations: [], erasedParticipations: [], deadLetters: [] });
  });

  it('erases in one event, and then in all: what is kept is a digest, the hour and the channel', async () => {
    const inOne = await run(['erase', '--participant', person, '--event', one], onServer());
    expect(inOne).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'Erased: sent into the database of DATABASE_URL.\n',
    });
    const erased = (eventId: string) => ({ eventId, channel: 'Instagram', hour: '2025-10-20T18:00:00.000Z' });
    expect(await kept()).toMatchObject({
      participations: [expect.objectContaining({ eventId: other })],
      erasedParticipations: [erased(one)],
      erasures: [{ eventId: one }],
      deadLetters: [],
    });
    await run(['erase', '--participant', person.toUpperCase()], onServer());
    expect(await kept()).toMatchObject({
      participations: [],
      erasedParticipations: [erased(one), erased(other)],
      deadLetters: [],
    });
    expect(JSON.stringify(await everythingIn(opened.database)).toLowerCase()).not.toContain(person);
  });

  it('says without the key what it cannot tell, and erases nobody', async () => {
    await createStreamFixture(opened.database, systemClock).append('participant.erased', [
      participantErased({ participantId: person, eventId: one }),
    ]);
    const env = { DATABASE_URL: opened.url };
    const { stdout, stderr } = await run(['export', '--participant', person], env);
    expect(JSON.parse(stdout)).toMatchObject({
      participations: [{ eventId: other }],
      erasedParticipations: [],
    });
    expect(stderr).toMatch(/^PRIVACY_KEY is not set/);
    expect(await run(['erase', '--participant', person], env)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^PRIVACY_KEY is not set, so nobody can be erased/) as string,
    });
  });

  it('says that there is no data', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'privacy-test-'));
    const said = await run(['export', '--participant', person], { DATA_DIR: folder });
    expect(said).toMatchObject({ code: 2, stderr: expect.stringMatching(/^There is no data in/) as string });
    rmSync(folder, { recursive: true });
  });
});

describe('npm run privacy beside a service on Kafka', () => {
  let service: RealService;
  beforeAll(async () => (service = await startRealService()), 60_000);
  afterAll(() => service.stop());

  it('sends to the topic, from which a worker erases', async () => {
    const [person, { eventId }] = [randomUUID(), newEvent()];
    await service.topics.send('participant.registered', [
      participantRegistered(eventId, { participantId: person }),
    ]);
    await service.counted(eventId, 1);
    const sent = await run(['erase', '--participant', person], service.env);
    expect(sent).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^Sent to the topics of Kafka/) as string,
    });
    const isForgotten = async () => !JSON.stringify(await everythingIn(service.database)).includes(person);
    await waitFor(isForgotten, { what: 'the participant to be forgotten', timeoutMs: 30_000 });
    await service.counted(eventId, 1);
  });
});
