import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Kafka, logLevel } from 'kafkajs';
import { addresses } from '../harness/addresses';
import { freshTopicPrefix } from '../harness/isolation';
import { quietKafka } from '../harness/servers/kafka';
import { createTopics, openTopics, type TestTopics } from '../harness/topics';
import { waitFor } from '../harness/wait-for';
import { createLogReader, isOutOfRange, type LogReader } from '../../src/messaging/source/kafka-log';

describe('the log reader', () => {
  const prefix = freshTopicPrefix();
  const topic = `${prefix}log`;
  let topics: TestTopics;
  let log: LogReader;

  beforeAll(async () => {
    const { kafkaBrokers } = addresses();
    topics = await openTopics(kafkaBrokers, prefix);
    const admin = topics.kafka.admin();
    await admin.connect();
    await createTopics(admin, [{ topic, numPartitions: 2 }]);
    await admin.disconnect();
    log = createLogReader(quietKafka(kafkaBrokers));
  });

  afterAll(async () => {
    await log.close();
    await topics.close();
  });

  it('reads one partition from an offset on, without a group', async () => {
    await topics.send('log', ['one', 'two', 'three'], { key: 'k' });
    const [partition, { low, end }] = [...(await log.watermarks(topic))].find(([, marks]) => marks.end > 0n)!;
    expect({ low, end }).toEqual({ low: 0n, end: 3n });

    const { records, nextOffset } = await log.read(topic, partition, 1n);
    expect(records.map(({ offset, value }) => [offset, String(value)])).toEqual([
      [1n, 'two'],
      [2n, 'three'],
    ]);
    expect(records[0]?.key).toEqual(Buffer.from('k'));
    expect(records[0]?.timestamp).toBeGreaterThan(0n);
    expect(nextOffset).toBe(3n);
    expect(await log.read(topic, partition, 3n)).toEqual({ records: [], nextOffset: 3n });
    await expect(log.read(topic, partition, 4n).catch((error: unknown) => isOutOfRange(error))).resolves.toBe(
      true,
    );
  });

  describe('that counts its connections', () => {
    const sockets: Socket[] = [];
    const answered = new EventEmitter();
    let counting: LogReader;
    beforeEach(() => {
      sockets.length = 0;
      counting = createLogReader(
        new Kafka({
          brokers: [...addresses().kafkaBrokers],
          logLevel: logLevel.NOTHING,
          socketFactory: ({ host, port, onConnect }) => {
            const socket = connect({ host, port }, onConnect);
            sockets.push(socket.on('data', () => answered.emit('answer')));
            return socket;
          },
        }),
      );
    });
    async function untilAnswered(answers: number): Promise<void> {
      for (let n = 0; n < answers; n += 1) await once(answered, 'answer');
    }
    async function untilNoneIsOpen(): Promise<void> {
      await waitFor(() => sockets.every(({ destroyed }) => destroyed), {
        what: 'all connections to be closed',
        timeoutMs: 5_000,
      });
      expect(sockets.length).toBeGreaterThan(0);
    }

    it('leaves none open, though one question fails while others are being asked', async () => {
      const noPartition = 99;
      const questions = [noPartition, 0, 1, 0, 1].map((partition) => counting.read(topic, partition, 0n));
      const outcomes = await Promise.allSettled(questions);
      expect(outcomes.map(({ status }) => status)).toEqual([
        'rejected',
        ...Array.from({ length: 4 }, () => 'fulfilled'),
      ]);
      await counting.close();
      await untilNoneIsOpen();
    });

    it.each([0, 1, 2, 3])(
      'leaves none open when it is closed after %i answers to its questions',
      async (answers) => {
        let isOver = false;
        const asking = Promise.allSettled([counting.watermarks(topic), counting.read(topic, 0, 0n)]).then(
          () => (isOver = true),
        );
        await untilAnswered(answers);
        expect(isOver).toBe(false);
        await counting.close();
        await asking;
        await untilNoneIsOpen();
      },
    );
  });

  it('says where several topics end', async () => {
    const other = `${prefix}other`;
    const admin = topics.kafka.admin();
    await admin.connect();
    await createTopics(admin, [{ topic: other, numPartitions: 1 }]);
    await admin.disconnect();
    await topics.send('other', ['one', 'two']);

    const marks = await log.watermarks(topic);
    const ends = await log.ends([topic, other]);
    expect([...ends.get(topic)!]).toEqual([...marks].map(([partition, { end }]) => [partition, end]));
    expect([...ends.get(other)!]).toEqual([[0, 2n]]);
  });

  it('passes over what was aborted, and ends at what is committed', async () => {
    const producer = topics.kafka.producer({
      transactionalId: `${prefix}writer`,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    const aborted = await producer.transaction();
    await aborted.send({ topic, messages: [{ key: 'aborted', value: 'never', partition: 1 }] });
    const marks = await log.watermarks(topic);
    await aborted.abort();
    // Before the abort, what can be read ends ahead of the open transaction; after it, behind its marker.
    const from = marks.get(1)!.end;
    await waitFor(async () => (await log.watermarks(topic)).get(1)!.end === from + 2n, {
      what: 'the abort to be written',
      timeoutMs: 10_000,
    });
    expect(await log.read(topic, 1, from)).toEqual({ records: [], nextOffset: from + 2n });
    await producer.disconnect();
  });

  it('finds a topic that was made anew', async () => {
    const admin = topics.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await waitFor(() => createTopics(admin, [{ topic, numPartitions: 1 }]), {
      what: 'the topic to be made anew',
      timeoutMs: 20_000,
    });
    await admin.disconnect();
    await waitFor(async () => (await log.watermarks(topic)).get(0)?.end === 0n, {
      what: 'the new log',
      timeoutMs: 20_000,
    });
  });
});
