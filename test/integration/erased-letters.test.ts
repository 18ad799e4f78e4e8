import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { recordDeadLetters } from '../../src/database/dead-letters/rejected';
import { findLetter, nextLetter } from '../../src/database/dead-letters/stored-letters';
import type { SourceMessage } from '../../src/messaging/source/source';
import { systemClock } from '../../src/runtime/clock';
import { whole } from '../../src/workers/dead-letters/outgoing-letter';
import {
  eventCreated,
  type Fields,
  newEvent,
  participantErased,
  participantRegistered,
} from '../harness/messages';
import { kindsOf } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { everythingIn } from '../harness/streams/stored';

const TOPIC = 'participant.registered';
const letterRow = z.object({ offset: z.bigint(), isErased: z.boolean() });

describe.each(BOTH_DATABASES)('the dead letters of a person who is erased, on %s', (_, open) => {
  const { eventId } = newEvent();
  let person: string;
  let opened: OpenedDatabase;
  let stage: StreamFixture;

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(async () => {
    await stage.reset();
    await opened.database.execute('ALTER SEQUENCE dead_letters_id_seq RESTART');
    person = randomUUID();
  });
  afterAll(() => opened.close());

  const erase = async (fields: Fields = {}): Promise<string[]> =>
    kindsOf(
      await stage.append('participant.erased', [participantErased({ participantId: person, ...fields })]),
    );
  const invalid = (fields: Fields = {}) =>
    participantRegistered(eventId, { participantId: person, age: -1, ...fields });
  const record = (offset: number, content: Partial<SourceMessage>, reason = 'age: must be a whole number') =>
    recordDeadLetters(
      opened.database,
      { topic: TOPIC, partition: 7 },
      [{ message: { offset: BigInt(offset), key: null, value: null, ...content }, reason }],
      systemClock.now(),
    );
  const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
  /** The offsets of the letters that are erased, and of the others. */
  async function letters(): Promise<{ erased: bigint[]; kept: bigint[] }> {
    const rows = await opened.database.query(
      letterRow,
      'SELECT "offset", erased_at IS NOT NULL AS "isErased" FROM dead_letters ORDER BY "offset"',
    );
    const of = (isErased: boolean) =>
      rows.filter((row) => row.isErased === isErased).map(({ offset }) => offset);
    return { erased: of(true), kept: of(false) };
  }
  const everything = async (): Promise<string> =>
    JSON.stringify(await everythingIn(opened.database)).toLowerCase();

  it('are found by key, value, headers and reason, in either case, and by nothing else', async () => {
    await record(1, { value: json(invalid()) });
    await record(2, { key: Buffer.from(person.toUpperCase()) });
    await record(3, { headers: { trace: Buffer.from(`of ${person}`), none: null, several: ['a', 'b'] } });
    await record(4, { value: Buffer.from('{') }, `no such person: ${person.toUpperCase()}`);
    await record(5, { value: Buffer.concat([Buffer.from([0xff, 0x00]), Buffer.from(person)]) });
    await record(6, { value: json(invalid({ participantId: randomUUID() })), headers: { none: null } });
    await record(7, {});
    await erase();
    expect(await letters()).toEqual({ erased: [1n, 2n, 3n, 4n, 5n], kept: [6n, 7n] });
    const [first, fourth] = [await findLetter(opened.database, 1n), await findLetter(opened.database, 4n)];
    expect(first).toMatchObject({
      key: null,
      value: null,
      headers: [],
      reason: 'age: must be a whole number',
    });
    expect(fourth?.reason).toBe('erased: the reason named a person');
    const digits = Buffer.from(person).toString('hex');
    expect(await everything()).not.toMatch(new RegExp(`${person}|${digits}`));
    expect(await findLetter(opened.database, 6n)).toMatchObject({
      value: expect.any(Buffer) as Buffer,
      erasedAt: null,
    });
  });

  it('are those about one event, where the person is erased in that', async () => {
    await record(1, { value: json(invalid()) });
    await record(2, { value: json(invalid({ eventId: newEvent().eventId })) });
    await erase({ eventId: eventId.toUpperCase() });
    expect(await letters()).toEqual({ erased: [1n], kept: [2n] });
  });

  it('are emptied as they come, where they come behind the erasure or once more', async () => {
    await erase();
    const others = invalid({ participantId: randomUUID() });
    const batch = [
      invalid(),
      others,
      participantRegistered(eventId),
      invalid({ participantId: person.toUpperCase() }),
    ];
    expect(kindsOf(await stage.append(TOPIC, batch))).toEqual([
      'rejected',
      'rejected',
      'applied',
      'rejected',
    ]);
    expect(await letters()).toEqual({ erased: [0n, 3n], kept: [1n] });
    expect(await everything()).not.toContain(person);
  });

  it('are emptied as they come on any topic: a message may have been sent to a wrong one', async () => {
    await erase();
    expect(kindsOf(await stage.append('event.created', [invalid(), eventCreated(newEvent())]))).toEqual([
      'rejected',
      'applied',
    ]);
    expect(await letters()).toEqual({ erased: [0n], kept: [] });
    expect(await everything()).not.toContain(person);
  });

  it('wait for the key, where they have an id that may be of an erased person, and only there', async () => {
    await erase();
    const keyless = createStreamFixture(opened.database, systemClock, { digests: undefined });
    expect(kindsOf(await keyless.append('event.created', [{ title: '경품' }]))).toEqual(['rejected']);
    await expect(keyless.append('event.created', [invalid()])).rejects.toThrow('PRIVACY_KEY is not set');
  });

  it('are kept where they ask to be erased and could not be used: they alone tell whom', async () => {
    await erase();
    const refused = { ...participantErased({ participantId: person }), eventId: 'none' };
    const asked = [participantErased({ participantId: randomUUID() }), refused];
    expect(kindsOf(await stage.append('participant.erased', asked))).toEqual(['applied', 'rejected']);
    expect(await letters()).toEqual({ erased: [], kept: [2n] });
    // Sent once more as it should be, it finds what it should have been; also where both are read together.
    await erase();
    expect(await letters()).toEqual({ erased: [2n], kept: [] });
    const request = participantErased({ participantId: person });
    await stage.append('participant.erased', [refused, request, refused]);
    expect(await letters()).toEqual({ erased: [2n, 4n], kept: [6n] });
  });

  it('are looked through piece by piece, also where one alone is more than a piece', async () => {
    const filler = 'x'.repeat(1_200_000);
    await record(1, { value: json({ ...invalid(), filler }) });
    await record(2, { value: json({ ...invalid({ participantId: randomUUID() }), filler }) });
    await opened.database.execute(
      `INSERT INTO dead_letters (topic, partition, "offset", digest, value, headers, reason, rejected_at)
       SELECT topic, partition, place, place::text, '{}'::bytea, '[]', reason, rejected_at
       FROM dead_letters CROSS JOIN generate_series(10, 3500) AS t(place) WHERE "offset" = 1`,
    );
    await record(5_000, { value: json(invalid()) });
    await erase();
    expect((await letters()).erased).toEqual([1n, 5_000n]);
  });

  it('stay empty when their messages are read once more', async () => {
    const value = json(invalid());
    await record(1, { value });
    // As it was read back from its dead-letter topic, where something of it may have been left out.
    await opened.database.execute('UPDATE dead_letters SET sent_at = now(), send_at = NULL');
    await erase();
    await record(1, { value });
    expect(await findLetter(opened.database, 1n)).toMatchObject({ value: null });
  });

  it('are sent without what they held, named as letters are of which something is left out', async () => {
    const value = json(invalid());
    await record(1, { key: Buffer.from(eventId), value, headers: { trace: Buffer.from('x') } });
    const before = await findLetter(opened.database, 1n);
    await erase();
    const letter = (await findLetter(opened.database, 1n))!;
    expect(letter.sendAt).not.toBeNull();
    const sent = whole(letter);
    expect([sent.key, sent.value]).toEqual([null, null]);
    expect(sent.headers).toEqual([
      ['x-error', 'age: must be a whole number'],
      ['x-original-topic', TOPIC],
      ['x-original-partition', '7'],
      ['x-original-offset', '1'],
      ['x-left-out', 'value, headers, key'],
      ['x-original-digest', before?.digest],
    ]);
  });

  it('are not among those that are replayed', async () => {
    await record(1, { value: json(invalid()) });
    await record(2, { value: json(invalid({ participantId: randomUUID() })) });
    await erase();
    expect((await nextLetter(opened.database, { topic: undefined }, 0n))?.offset).toBe(2n);
  });
});
