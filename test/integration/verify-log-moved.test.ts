import { randomUUID } from 'node:crypto';
import { type Fields, newEvent, participantRegistered, salesRecorded } from '../harness/messages';
import { type LogFixture, openLogFixture } from '../harness/verification/log-fixture';

const { eventId, storeId } = newEvent();
const registration = (fields: Fields = {}) => participantRegistered(eventId, fields);

describe('a database that was put back while no worker runs', () => {
  let stage: LogFixture;
  const send = (count: number) =>
    stage.topics.send(
      'participant.registered',
      Array.from({ length: count }, () => registration({ participantId: randomUUID() })),
      { key: eventId },
    );

  beforeAll(async () => {
    stage = await openLogFixture();
    await send(20);
    await stage.applyAll();
    await stage.database.remember();
    await send(30);
    await stage.applyAll();
  });
  beforeEach(() => stage.database.restore());
  afterAll(() => stage.close());

  it('lacks what is not applied yet, which is no drift', async () => {
    const { wrong, of } = await stage.verify();
    expect(wrong).toBe(0);
    expect(of('participant.registered')).toMatchObject({ inLog: 50, applied: 20, notAppliedYet: 30 });
  });

  it('is missing what its offset was moved past', async () => {
    await stage.execute(`UPDATE partition_offsets SET next_offset = 40 WHERE next_offset = 20`);
    expect(await stage.wrongRollups()).toBe(0);
    const { wrong, of, lines } = await stage.verify();
    expect(wrong).toBe(20);
    expect(of('participant.registered')).toMatchObject({ applied: 20, notAppliedYet: 10, missing: 20 });
    expect(lines[0]).toMatch(/^missing: participant.registered\/\d@20: no row of participant /);
  });

  it('is told of a topic that was made anew, and of what it holds now', async () => {
    await stage.admin.deleteTopics({ topics: [`${stage.prefix}participant.registered`] });
    await stage.makeTopics(['participant.registered']);
    await send(25);
    const { lines, of } = await stage.verify();
    expect(of('participant.registered')).toMatchObject({ inLog: 25, missing: 20, notAppliedYet: 5 });
    expect(lines).toContainEqual(expect.stringMatching(/^another log: participant.registered\/\d: /));
  });
});

describe('a log whose beginning was deleted', () => {
  let stage: LogFixture;

  beforeAll(async () => {
    stage = await openLogFixture({ partitions: 1 });
    await stage.topics.send(
      'sales.recorded',
      [1, 2, 3, 4, 5].map((amount) => salesRecorded(storeId, amount)),
    );
    await stage.applyAll();
    await stage.database.remember();
    const topic = `${stage.prefix}sales.recorded`;
    // KafkaJS finds the leader of a topic only that it has been asked about before.
    await stage.admin.fetchTopicOffsets(topic);
    await stage.admin.deleteTopicRecords({
      topic,
      partitions: [{ partition: 0, offset: '3' }],
    });
  });
  beforeEach(() => stage.database.restore());
  afterAll(() => stage.close());

  it('is compared as far as it reaches', async () => {
    await stage.execute('DELETE FROM sales');
    expect((await stage.verify()).of('sales.recorded')).toMatchObject({ inLog: 2, missing: 2 });
  });

  it('is reported where it had not been read yet', async () => {
    await stage.execute(
      `UPDATE partition_offsets SET next_offset = 2, record_offset = 1 WHERE topic LIKE '%sales.recorded'`,
    );
    const { lines, wrong } = await stage.verify();
    expect(wrong).toBe(1);
    expect(lines[0]).toMatch(
      /^deleted unread: sales.recorded\/0: offsets 2 to 2, written between \S+Z and \S+Z$/,
    );
  });

  it('is reported from its first offset on where nothing of it was ever read', async () => {
    await stage.execute(`DELETE FROM partition_offsets WHERE topic LIKE '%sales.recorded'`);
    const { lines, wrong } = await stage.verify();
    expect(wrong).toBe(1);
    expect(lines[0]).toMatch(/^deleted unread: sales.recorded\/0: offsets 0 to 2, written before \S+Z$/);
  });

  it('is passed by a worker that keeps what was deleted, and reported until that is removed', async () => {
    await stage.execute(`DELETE FROM partition_offsets WHERE topic LIKE '%sales.recorded'`);
    await stage.applyAll();
    const { lines, of } = await stage.verify();
    expect(of('sales.recorded')).toMatchObject({ inLog: 2, applied: 2, notAppliedYet: 0 });
    expect(lines.filter((line) => line.startsWith('deleted unread: '))).toEqual([
      expect.stringMatching(/^deleted unread: sales.recorded\/0: offsets 0 to 2, written before \S+Z$/),
    ]);
    await stage.execute('DELETE FROM log_gaps');
    expect((await stage.verify()).wrong).toBe(0);
  });
});
