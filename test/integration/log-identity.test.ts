import { addresses } from '../harness/addresses';
import { freshTopicPrefix } from '../harness/isolation';
import { quietKafka } from '../harness/servers/kafka';
import { createTopics, openTopics, type TestTopics } from '../harness/topics';
import { waitFor } from '../harness/wait-for';
import { createLogReader, type LogReader } from '../../src/messaging/source/kafka-log';
import { recognise } from '../../src/messaging/source/log-identity';
import { markOf } from '../../src/messaging/source/offset-fence';
import type { RecordMark } from '../../src/messaging/source/source';

describe('a log', () => {
  const prefix = freshTopicPrefix();
  const topic = `${prefix}log`;
  let topics: TestTopics;
  let reader: LogReader;
  let marks: RecordMark[];

  beforeAll(async () => {
    const { kafkaBrokers } = addresses();
    topics = await openTopics(kafkaBrokers, prefix);
    const admin = topics.kafka.admin();
    await admin.connect();
    await createTopics(admin, [{ topic, numPartitions: 1 }]);
    await topics.send('log', ['zero', 'one', 'two', 'three', 'four']);
    reader = createLogReader(quietKafka(kafkaBrokers));
    marks = (await reader.read(topic, 0, 0n)).records.map(markOf);
    const beginning = { topic, partitions: [{ partition: 0, offset: '2' }] };
    await waitFor(async () => (await admin.deleteTopicRecords(beginning), true), {
      what: 'the beginning of the log to be deleted',
      timeoutMs: 20_000,
    });
    await admin.disconnect();
  });

  afterAll(async () => {
    await reader.close();
    await topics.close();
  });

  const recognised = (nextOffset: bigint, record: RecordMark | undefined) =>
    recognise(reader, { topic, partition: 0, nextOffset, record });

  it('is the same when it shows the record that was applied last', async () => {
    expect(await recognised(4n, marks[3])).toBe('same');
    expect(await recognised(5n, marks[4])).toBe('same');
  });

  it('is the same when nothing was read of it yet', async () => {
    expect(await recognised(0n, undefined)).toBe('same');
  });

  it('is another one when another record stands at the offset', async () => {
    expect(await recognised(4n, { ...marks[3]!, digest: marks[2]!.digest })).toBe('replaced');
    expect(await recognised(4n, { ...marks[3]!, timestamp: 1n })).toBe('replaced');
  });

  it('has to be looked at again when it ends before the offset, as with a leader just elected', async () => {
    expect(await recognised(6n, { ...marks[4]!, offset: 5n })).toBe('unclear');
    expect(await recognised(600n, { ...marks[3]!, offset: 599n })).toBe('unclear');
    // What is missing may be control records and aborted messages alone: those behind them would be passed over.
    expect(await recognised(7n, marks[4])).toBe('unclear');
  });

  it('is taken for the same when its retention has deleted the record', async () => {
    expect(await recognised(2n, marks[1])).toBe('same');
  });

  it('is known by its length alone where an older version kept no record', async () => {
    expect(await recognised(5n, undefined)).toBe('same');
    expect(await recognised(6n, undefined)).toBe('unclear');
  });
});
