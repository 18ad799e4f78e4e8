import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { rememberErasures } from '../../src/database/erasures';
import type { Instant, ParticipantId } from '../../src/domain/values';
import { headerOf, type LetterFixture, openLetterFixture, placeOf } from '../harness/dead-letters/fixture';
import { TEST_DIGESTS } from '../harness/digests';
import { BOTH_DATABASES } from '../harness/streams/databases';
import { times } from '../harness/streams/batches';
import { waitFor } from '../harness/wait-for';

const row = z.object({
  offset: z.bigint(),
  attempts: z.number(),
  failure: z.string().nullable(),
  isSent: z.boolean(),
  isWaiting: z.boolean(),
});

describe.each(BOTH_DATABASES)('the dead-letter outbox on %s', (_, open) => {
  let stage: LetterFixture;
  beforeAll(async () => (stage = await openLetterFixture(open)), 60_000);
  afterAll(() => stage.close());

  const rows = (topic: string) =>
    stage.database.query(
      row,
      `SELECT "offset", attempts, failure, sent_at IS NOT NULL AS "isSent", send_at IS NOT NULL AS "isWaiting"
       FROM dead_letters WHERE topic = $1 ORDER BY partition, "offset"`,
      topic,
    );

  it('creates the topic, sends every letter once, in its order, as it came, and marks it', async () => {
    const topic = stage.newTopic();
    const value = Buffer.from([0, 255, 10]);
    const headers = { trace: Buffer.from([0, 254]), twice: [Buffer.from('a'), Buffer.from('b')] };
    await stage.record(topic, [
      { key: Buffer.from('k'), value, headers, reason: '이유: no JSON' },
      ...times(40, (index) => ({ value: Buffer.from(`${index}`), reason: 'also' })),
      { key: null, value: null },
    ]);
    stage.startOutbox([topic]);
    await stage.untilWaiting(topic, 0);

    const sent = await stage.sent(topic);
    expect(sent.map(placeOf)).toEqual(times(42, (offset) => `0/${offset}`));
    expect(sent[0]).toMatchObject({ key: Buffer.from('k'), value, headers });
    expect(headerOf(sent[0]!, 'x-error')).toBe('이유: no JSON');
    expect(headerOf(sent[0]!, 'x-original-topic')).toBe(topic);
    expect(headerOf(sent[0]!, 'x-left-out')).toBeUndefined();
    expect(sent[41]).toMatchObject({ key: null, value: null });
    expect(await rows(topic)).toContainEqual({
      offset: 41n,
      attempts: 1,
      failure: null,
      isSent: true,
      isWaiting: false,
    });
  });

  it('sends all but what cannot be carried, and names that', async () => {
    const topic = stage.newTopic();
    const headers = { nothing: null, kept: Buffer.from('kept'), 'x-error': Buffer.from('of an earlier hop') };
    await stage.record(topic, [{ value: Buffer.from('v'), headers }, { value: Buffer.from('w') }]);
    stage.startOutbox([topic]);
    await stage.untilWaiting(topic, 0);
    const [first, second] = await stage.sent(topic);
    expect(first?.value).toEqual(Buffer.from('v'));
    expect(first?.headers).not.toHaveProperty('nothing');
    expect(first?.headers).toHaveProperty('kept', Buffer.from('kept'));
    expect(headerOf(first!, 'x-left-out')).toBe('header nothing, header x-error');
    expect(headerOf(first!, 'x-error')).toBe('It is no JSON.');
    expect(headerOf(second!, 'x-left-out')).toBeUndefined();
  });

  it('sends less of what is too large, and puts off what is too large in any form without holding up others', async () => {
    const topic = stage.newTopic();
    const narrow = stage.newTopic();
    await stage.makeDeadLetterTopic(topic, { 'max.message.bytes': '700' });
    await stage.makeDeadLetterTopic(narrow, { 'max.message.bytes': '100' });
    const long = Buffer.alloc(5_000, 'x');
    await stage.record(narrow, [{ value: Buffer.from('v') }]);
    await stage.record(topic, [
      { key: Buffer.from('k'), value: long, headers: { small: Buffer.from('s') } },
      { key: Buffer.from('k'), value: Buffer.from('v'), headers: { large: long } },
      { key: long, value: Buffer.from('v'), reason: 'y'.repeat(3_000) },
      { key: Buffer.from('k'), value: Buffer.from('v') },
    ]);
    stage.startOutbox([narrow, topic]);
    await stage.untilWaiting(topic, 0);

    const [first, second, third, fourth] = await stage.sent(topic);
    expect(first).toMatchObject({ key: Buffer.from('k'), value: null, headers: { small: Buffer.from('s') } });
    expect(headerOf(first!, 'x-left-out')).toBe('value');
    expect(second).toMatchObject({ key: Buffer.from('k'), value: null });
    expect(headerOf(second!, 'x-left-out')).toBe('value, headers');
    expect(third).toMatchObject({ key: null, value: null });
    expect(headerOf(third!, 'x-left-out')).toBe('value, key');
    expect(headerOf(third!, 'x-error')).toBe('y'.repeat(200));
    expect(fourth).toMatchObject({ key: Buffer.from('k'), value: Buffer.from('v') });

    const [waiting] = await waitFor(async () => (await rows(narrow)).filter(({ failure }) => failure), {
      what: 'the failure to be noted',
      timeoutMs: 20_000,
    });
    expect(waiting).toMatchObject({ isSent: false, isWaiting: true });
    expect(waiting?.failure).toMatch(/larger than/);
  });

  it('knows again what it had sent before the database went back, and makes it whole', async () => {
    const topic = stage.newTopic();
    await stage.makeDeadLetterTopic(topic, { 'max.message.bytes': '700' });
    const long = Buffer.alloc(5_000, 'x');
    const letters = [{ value: long }, { value: Buffer.from('v'), headers: { nothing: null } }];
    await stage.record(topic, letters);
    const outbox = stage.startOutbox([topic]);
    await stage.untilWaiting(topic, 0);
    await outbox.stop();

    await stage.database.execute('DELETE FROM dead_letters');
    await stage.database.execute('DELETE FROM dead_letter_logs');
    // The worker has read on from where the database stands: first the second, then both.
    await stage.record(topic, letters.slice(1), 1);
    await stage.record(topic, [{ value: Buffer.from('new') }], 2);
    stage.startOutbox([topic]);
    await stage.untilWaiting(topic, 0);
    await stage.record(topic, letters);

    expect((await stage.sent(topic)).map(placeOf)).toEqual(['0/0', '0/1', '0/2']);
    const kept = await stage.database.query(
      z.object({ size: z.number(), headers: z.unknown(), isWaiting: z.boolean() }),
      `SELECT length(value) AS size, headers, send_at IS NOT NULL AS "isWaiting" FROM dead_letters
       WHERE topic = $1 ORDER BY "offset"`,
      topic,
    );
    expect(kept).toEqual([
      { size: 5_000, headers: [], isWaiting: false },
      { size: 1, headers: [['nothing', null]], isWaiting: false },
      { size: 3, headers: [], isWaiting: false },
    ]);
  });

  it('does not write a letter anew that has left, and behind a database that went back as what it was', async () => {
    const topic = stage.newTopic();
    const kept = () =>
      stage.database.query(
        z.object({ offset: z.bigint(), sealed: z.boolean() }),
        'SELECT "offset", sealed FROM dead_letters WHERE topic = $1 ORDER BY "offset"',
        topic,
      );
    const send = async (offset: number): Promise<void> => {
      await stage.record(topic, [{ value: Buffer.from('v'), sealed: offset < 2 }], offset);
      await stage.untilWaiting(topic, 0);
    };
    const outbox = stage.startOutbox([topic]);
    await send(0);
    await send(1);
    const [first] = await stage.sent(topic);
    expect(headerOf(first!, 'x-sealed')).toBe('true');
    await stage.database.execute('DELETE FROM dead_letters WHERE sealed');
    await send(2);
    expect(await kept()).toEqual([{ offset: 2n, sealed: false }]);
    expect(headerOf((await stage.sent(topic)).at(-1)!, 'x-sealed')).toBeUndefined();

    await outbox.stop();
    await stage.database.execute('DELETE FROM dead_letter_logs');
    stage.startOutbox([topic]);
    await send(3);
    expect(await kept()).toEqual([0n, 1n, 2n, 3n].map((offset) => ({ offset, sealed: offset < 2n })));
    // As it was sent: it leaves as soon as it would have.
    const sent = await stage.database.query(
      z.object({ at: z.date() }),
      'SELECT sent_at AS at FROM dead_letters WHERE topic = $1 AND "offset" = 0',
      topic,
    );
    expect(sent).toEqual([{ at: new Date(Number(first!.timestamp)) }]);
  });

  it('does not bring somebody back who was erased before the letter was read back', async () => {
    const topic = stage.newTopic();
    const person = randomUUID() as ParticipantId;
    const letters = [{ value: Buffer.from(`about ${person}`) }, { value: Buffer.from('about nobody') }];
    await stage.record(topic, letters);
    const outbox = stage.startOutbox([topic]);
    await stage.untilWaiting(topic, 0);
    await outbox.stop();

    // The database goes back behind them, and the erasure is read ahead of what the dead-letter topic has.
    await stage.database.execute('DELETE FROM dead_letters');
    await stage.database.execute('DELETE FROM dead_letter_logs');
    const erasure = { person: TEST_DIGESTS.of(person), eventId: null, occurredAt: Date.now() as Instant };
    await stage.database.transaction((sql) => rememberErasures(sql, [erasure], TEST_DIGESTS.keyDigest));
    await stage.record(topic, [{ value: Buffer.from('new') }], 2);
    stage.startOutbox([topic]);
    await stage.untilWaiting(topic, 0);

    const kept = await stage.database.query(
      z.object({ size: z.number().nullable(), isErased: z.boolean() }),
      `SELECT length(value) AS size, erased_at IS NOT NULL AS "isErased" FROM dead_letters
       WHERE topic = $1 ORDER BY "offset"`,
      topic,
    );
    expect(kept).toEqual([
      { size: null, isErased: true },
      { size: 12, isErased: false },
      { size: 3, isErased: false },
    ]);
    await stage.database.execute('DELETE FROM erasures');
  });
});
