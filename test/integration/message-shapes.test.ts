import type { MessageShape } from '../../src/config/message-shapes';
import { createInProcessCache } from '../../src/cache/in-process';
import { createChangePublisher } from '../../src/messaging/changes/change-publisher';
import { createInProcessNotifications } from '../../src/messaging/notifications/in-process';
import { createLogger } from '../../src/observability/log';
import { createBusinessCalendar } from '../../src/domain/calendar';
import { replayLetters } from '../../src/workers/dead-letters/replay';
import { createMessageReader } from '../../src/workers/messages/shapes/reader';
import { createProjections } from '../../src/workers/projections/registry';
import { newEvent, participantRegistered } from '../harness/messages';
import { behindMagicByte, cloudEventHeaders, inSnakeCase } from '../harness/messages/shaped';
import { ZONE } from '../harness/oracle/moments';
import { distributionOf } from '../harness/isolation';
import { type LogFixture, openLogFixture } from '../harness/verification/log-fixture';
import { openPostgres } from '../../src/database/postgres';
import { lettersIn, participantsOf } from '../harness/streams/stored';

const PLAIN: MessageShape = {
  envelope: 'none',
  fieldNames: 'camelCase',
  numericInstants: 'refused',
  zone: undefined,
};
const TOPIC = 'participant.registered';
const SHAPES = new Map([
  [TOPIC, { ...PLAIN, envelope: 'confluent', fieldNames: 'snake_case', zone: 'Asia/Seoul' }],
] as const);
const { eventId } = newEvent();
const local = { occurredAt: '2025-10-20T10:30:00' };
const text = JSON.stringify(participantRegistered(eventId, local));

describe('messages in another shape, through Kafka', () => {
  let stage: LogFixture;
  beforeAll(async () => void (stage = await openLogFixture({ shapes: SHAPES })), 60_000);
  afterAll(() => stage.close());

  it('are applied and verified as plain ones are, and stay as they came where they cannot be', async () => {
    const spoilt = behindMagicByte(inSnakeCase(text).replace(eventId, 'nobody'));
    const shaped = behindMagicByte(inSnakeCase(text));
    await stage.topics.send(TOPIC, [shaped, participantRegistered(eventId), spoilt], { key: eventId });
    await stage.applyAll();
    const { wrong, of } = await stage.verify();
    expect(of(TOPIC)).toMatchObject({ inLog: 3, applied: 2, deadLetters: 1, missing: 0 });
    expect(wrong).toBe(0);
    await inDatabase(async (database) => {
      expect(await participantsOf(database, eventId)).toBe(2);
      const [letter] = await lettersIn(database);
      expect(letter?.value?.equals(spoilt)).toBe(true);
      expect(letter?.reason).toBe('eventId: must be a uuid');
    });
  }, 120_000);

  async function inDatabase(
    work: (database: Awaited<ReturnType<typeof openPostgres>>) => Promise<void>,
  ): Promise<void> {
    const database = await openPostgres({
      url: stage.database.url,
      distribution: distributionOf(stage.database.url),
      poolSize: 3,
    });
    try {
      await work(database);
    } finally {
      await database.close();
    }
  }

  it('that were dead letters before their shape was told are applied by a replay, headers and all', async () => {
    const { messageId, ...data } = participantRegistered(eventId);
    const headers = cloudEventHeaders({ id: String(messageId), time: '2025-10-20T10:30:00Z' });
    await stage.topics.send('sales.recorded', ['no JSON'], { key: eventId });
    await stage.topics.send(TOPIC, [{ ...data, occurredAt: undefined }], { key: eventId, headers });
    await stage.applyAll();
    await inDatabase(async (database) => {
      const publisher = createChangePublisher({
        cache: createInProcessCache(),
        notifications: createInProcessNotifications(),
        movedLately: () => Promise.resolve([]),
        log: createLogger({ level: 'silent' }),
      });
      const shapes = new Map([[TOPIC, { ...PLAIN, envelope: 'cloudevents' }]] as const);
      const options = {
        ...{ database, changePublisher: publisher, clock: database.clock, topicPrefix: stage.prefix },
        projections: createProjections(createBusinessCalendar(ZONE), undefined),
        digests: undefined,
        readMessage: createMessageReader(shapes),
      };
      const outcomes: string[] = [];
      for await (const { letter, outcome } of replayLetters(options, { topic: undefined }))
        outcomes.push(`${letter.topic.slice(stage.prefix.length)} ${outcome.kind}`);
      await publisher.stop();
      expect(outcomes).toContain(`${TOPIC} applied`);
      expect(outcomes).toContain('sales.recorded rejected');
      expect(await participantsOf(database, eventId)).toBe(3);
    });
  }, 120_000);
});
