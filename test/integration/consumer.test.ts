import { randomUUID } from 'node:crypto';
import { CompressionTypes } from 'kafkajs';
import { TOPICS } from '../../src/workers/messages/topics';
import {
  distributionCompleted,
  messagesAbout,
  newEvent,
  participantRegistered,
  salesRecorded,
  viewsMeasured,
} from '../harness/messages';
import { type RealService, startRealService } from '../harness/real-service';
import { untilAllApplied } from '../harness/until-applied';
import { waitFor } from '../harness/wait-for';

describe('the consumer on Apache Kafka', () => {
  let service: RealService;

  beforeAll(async () => {
    service = await startRealService();
  });

  afterAll(() => service.stop());

  async function dashboard(eventId: string) {
    const response = await fetch(`${service.origin}/api/events/${eventId}/analytics`, {
      headers: { authorization: `Bearer ${service.token()}` },
    });
    return { status: response.status, body: (await response.json()) as Dashboard };
  }

  it('brings the messages of all topics onto the dashboard', async () => {
    const event = newEvent();
    const { topics } = service;
    const instagram = { channel: 'Instagram', status: 'SUCCESS', expectedViews: 50, cost: 40_000 };
    const sent = {
      ...messagesAbout(event),
      'distribution.completed': distributionCompleted(event.eventId, [instagram]),
      'channel.views-measured': viewsMeasured(event.eventId, 'Instagram', 200),
      'sales.recorded': salesRecorded(event.storeId, 30_000),
    };
    // The definition last: what came before it must be on the dashboard, too.
    for (const topic of [...TOPICS].reverse()) await topics.send(topic, [sent[topic]]);

    const body = await waitFor(
      async () => {
        const answer = await dashboard(event.eventId);
        const {
          channelPerformance: [channel],
          summaryCards,
        } = answer.body;
        const isWhole = channel?.participants === 1 && channel.views === 200 && channel.status === 'SUCCESS';
        return (
          answer.status === 200 &&
          isWhole &&
          summaryCards.salesGrowth.afterEventSales === 30_000 &&
          answer.body
        );
      },
      { what: 'the dashboard to show what was sent to every topic', timeoutMs: 20_000 },
    );
    expect(body.channelPerformance).toEqual([
      expect.objectContaining({ channel: 'Instagram', conversionRate: 0.5, costPerAcquisition: 40_000 }),
    ]);
  });

  it('rejects what can never be stored, unchanged and with its reason, and applies the rest of the batch', async () => {
    const { eventId } = newEvent();
    const { topics } = service;
    const bad = [
      { value: 'not JSON {', reason: 'not JSON' },
      { value: JSON.stringify(participantRegistered(eventId, { age: 'forty' })), reason: 'age' },
      { value: JSON.stringify(participantRegistered(eventId, { age: 1e15 })), reason: 'age' },
      { value: JSON.stringify(participantRegistered('no uuid')), reason: 'eventId' },
      {
        value: JSON.stringify(participantRegistered(eventId, { channel: 'x'.repeat(5_000_000) })),
        reason: 'channel',
      },
      { value: Buffer.from([0xff, 0xfe, 0x00]), reason: 'not UTF-8' },
    ];
    const good = [
      participantRegistered(eventId),
      participantRegistered(eventId, { unknownField: { of: 'upstream' }, note: 'z'.repeat(5_000_000) }),
    ];
    await topics.send('participant.registered', [good[0], ...bad.map(({ value }) => value), good[1]], {
      key: eventId,
    });

    await service.counted(eventId, 2);
    const letters = await topics.read('participant.registered.dlq', bad.length);
    expect(letters).toHaveLength(bad.length);
    bad.forEach(({ value, reason }, index) => {
      const { value: kept, headers } = letters[index]!;
      expect(kept?.equals(Buffer.from(value))).toBe(true);
      expect(headers['x-error']).toContain(reason);
      expect(headers['x-original-topic']).toMatch(/participant\.registered$/);
      expect(headers['x-original-partition']).toMatch(/^\d+$/);
      expect(headers['x-original-offset']).toMatch(/^\d+$/);
    });
  });

  it('never repeats what a participant has told in the reason of a dead letter', async () => {
    const { eventId } = newEvent();
    const secret = '비밀스러운 동네';
    await service.topics.send('participant.registered', [
      participantRegistered(eventId, { region: secret.repeat(20), messageId: 'marker' }),
    ]);
    const [letter] = await service.topics.read('participant.registered.dlq', 1, ({ value }) =>
      Boolean(value?.includes('marker')),
    );
    expect(letter?.headers['x-error']).toContain('region');
    expect(letter?.headers['x-error']).not.toContain(secret);
  });

  it.each([
    ['GZIP', CompressionTypes.GZIP],
    ['Snappy', CompressionTypes.Snappy],
    ['LZ4', CompressionTypes.LZ4],
  ])('reads batches compressed with %s', async (_name, compression) => {
    const { eventId } = newEvent();
    const messages = Array.from({ length: 50 }, () => participantRegistered(eventId));
    await service.topics.send('participant.registered', messages, { key: eventId, compression });
    await service.counted(eventId, 50);
  });

  it('moves the offset in the database and then in Kafka', async () => {
    const { eventId } = newEvent();
    await service.topics.send('participant.registered', [participantRegistered(eventId)], { key: eventId });
    await service.counted(eventId, 1);
    const topic = `${service.env['KAFKA_TOPIC_PREFIX']}participant.registered`;
    const admin = service.topics.kafka.admin();
    await admin.connect();
    try {
      await waitFor(
        async () => {
          const groupId = service.env['KAFKA_GROUP_ID']!;
          const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
          const stored = await service.database.prisma.partitionOffset.findMany({ where: { topic } });
          return stored.every(({ partition, nextOffset }) =>
            committed?.partitions.some(
              (each) => each.partition === partition && each.offset === String(nextOffset),
            ),
          );
        },
        { what: 'Kafka to be told the offsets that the database has', timeoutMs: 10_000 },
      );
    } finally {
      await admin.disconnect();
    }
  });

  it('counts a registration once that was sent again by a producer that was not sure', async () => {
    const { eventId } = newEvent();
    const message = participantRegistered(eventId, { participantId: randomUUID() });
    await service.topics.send('participant.registered', [message, message], { key: eventId });
    await service.topics.send('participant.registered', [message, participantRegistered(eventId)], {
      key: eventId,
    });
    // Two were counted already if the first message had been counted twice: only the end of the topic tells.
    await untilAllApplied(service.topics, service.database, 'participant.registered');
    await service.counted(eventId, 2);
  });
});

interface Dashboard {
  readonly summaryCards: { readonly salesGrowth: { readonly afterEventSales?: number } };
  readonly channelPerformance: readonly Readonly<Record<string, unknown>>[];
}
