import { z } from 'zod';
import { recordDeadLetters } from '../../src/database/dead-letters/rejected';
import { recordDigest } from '../../src/messaging/source/record-digest';
import type { RejectedMessage } from '../../src/messaging/source/source';
import type { Instant } from '../../src/domain/values';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { times } from '../harness/streams/batches';

const POSITION = { topic: 'x.event.created', partition: 2 };
const REJECTED_AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678) as Instant;
const EVERY_BYTE = Buffer.from(times(256, (byte) => byte));

const row = z.object({
  topic: z.string(),
  partition: z.number(),
  offset: z.bigint(),
  digest: z.string(),
  timestamp: z.bigint().nullable(),
  key: z.instanceof(Uint8Array).nullable(),
  value: z.instanceof(Uint8Array).nullable(),
  headers: z.unknown(),
  reason: z.string(),
  rejectedAt: z.date(),
  isDue: z.boolean(),
  attempts: z.number(),
});

describe.each(BOTH_DATABASES)('dead letters as rows of %s', (_, open) => {
  let opened: OpenedDatabase;

  beforeAll(async () => (opened = await open()), 60_000);
  beforeEach(() => opened.database.execute('TRUNCATE dead_letters'));
  afterAll(() => opened.close());

  const record = (...letters: RejectedMessage[]): Promise<void> =>
    recordDeadLetters(opened.database, POSITION, letters, REJECTED_AT);

  const rows = () =>
    opened.database.query(
      row,
      `SELECT topic, partition, "offset", digest, record_timestamp AS "timestamp", key, value, headers, reason,
         rejected_at AS "rejectedAt", send_at <= now() AS "isDue", attempts
       FROM dead_letters ORDER BY id`,
    );

  it('keeps every byte, tells null from empty, and is due at once', async () => {
    const first = { offset: 7n, timestamp: 1_700_000_000_123n, key: EVERY_BYTE, value: Buffer.alloc(0) };
    const second = { offset: 9_007_199_254_740_993n, key: null, value: EVERY_BYTE };
    const third = { offset: 9_007_199_254_740_994n, key: Buffer.alloc(0), value: null };
    await record(...[first, second, third].map((message) => ({ message, reason: 'Is no JSON.' })));

    const found = await rows();
    const bytes = (field: Uint8Array | null): Buffer | null => field && Buffer.from(field);
    expect(found.map(({ key, value }) => ({ key: bytes(key), value: bytes(value) }))).toEqual(
      [first, second, third].map(({ key, value }) => ({ key, value })),
    );
    expect(found.map(({ timestamp }) => timestamp)).toEqual([1_700_000_000_123n, null, null]);
    expect(found[1]).toMatchObject({
      ...POSITION,
      offset: second.offset,
      digest: recordDigest(second),
      headers: [],
      reason: 'Is no JSON.',
      rejectedAt: new Date(REJECTED_AT),
      isDue: true,
      attempts: 0,
    });
  });

  it('keeps headers without a value, those that stand twice in their order, and names that objects have anyway', async () => {
    // As KafkaJS gathers them: what every object has by that name comes first.
    const headers = {
      trace: Buffer.from([0, 255]),
      empty: Buffer.alloc(0),
      nothing: null,
      twice: [Buffer.from('a'), null, Buffer.from('b')],
      text: '가',
      toString: [() => 'what every object has', Buffer.from('c')],
      'nul\0': undefined,
    };
    await record({ message: { offset: 1n, key: null, value: null, headers }, reason: 'No value.' });
    expect((await rows())[0]?.headers).toEqual([
      ['trace', 'AP8='],
      ['empty', ''],
      ['nothing', null],
      ['twice', 'YQ=='],
      ['twice', null],
      ['twice', 'Yg=='],
      ['text', '6rCA'],
      ['toString', 'Yw=='],
      ['nul\uFFFD', null],
    ]);
  });

  it('stores a reason that PostgreSQL would refuse, and cuts one without end', async () => {
    const message = { offset: 1n, key: null, value: null };
    await record(
      { message, reason: 'holds \0 and \uD800, but 😀' },
      { message: { ...message, offset: 2n }, reason: '😀'.repeat(100_000) },
    );
    const [first, second] = await rows();
    expect(first?.reason).toBe('holds \uFFFD and \uFFFD, but 😀');
    expect(second?.reason).toBe(`${'😀'.repeat(2_000)}…`);
  });

  it('writes a record once, however often it is rejected, and another one at the same offset beside it', async () => {
    const message = { offset: 5n, key: null, value: Buffer.from('{') };
    const other = { ...message, value: Buffer.from('[') };
    await record({ message, reason: 'first' }, { message, reason: 'in the same batch' });
    await record({ message, reason: 'again' }, { message: other, reason: 'in a log made anew' });
    expect((await rows()).map(({ reason }) => reason)).toEqual(['first', 'in a log made anew']);
  });

  it('writes more than one statement takes, in their order', async () => {
    const value = Buffer.alloc(9 * 1024 * 1024, 'x');
    const letters = times(4, (index) => ({
      message: { offset: BigInt(index), key: null, value },
      reason: `${index}`,
    }));
    await record(...letters);
    const found = await opened.database.query(
      z.object({ offset: z.bigint(), size: z.number() }),
      'SELECT "offset", length(value) AS size FROM dead_letters ORDER BY id',
    );
    expect(found).toEqual(letters.map(({ message }) => ({ offset: message.offset, size: value.length })));
  });

  it('writes nothing for nothing', async () => {
    await record();
    expect(await rows()).toEqual([]);
  });
});
