import { type Topic, TOPICS } from '../../src/workers/messages/topics';
import { type Fields, newEvent, participantErased, participantRegistered } from '../harness/messages';
import { ofEachTopic, TOPIC_FIXTURES } from '../harness/messages/topic-fixtures';
import { type LogFixture, openLogFixture } from '../harness/verification/log-fixture';
import { RECOUNT } from '../harness/verification/recount';
import { waitFor } from '../harness/wait-for';

const event = newEvent();
const { eventId } = event;
const registration = (fields: Fields = {}) => participantRegistered(eventId, fields);
const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();

describe('the verification of raw rows against the log', () => {
  let stage: LogFixture;
  const sent = createSentLog();
  const traces = ofEachTopic((topic) => TOPIC_FIXTURES[topic].traces(event));
  const ahead = registration({ occurredAt: inHours(30) });
  const negative = { ...registration(), age: -1 };
  const forgotten = registration();
  /** Of an event that had been sealed two hours before it came. */
  const past = newEvent();
  const late = participantRegistered(past.eventId);

  beforeAll(async () => {
    stage = await openLogFixture();
    await stage.execute(`INSERT INTO event_counts (event_id, changed_at, sealed_at, emptied_at, sealed_sums)
      VALUES ('${past.eventId}', now(), now() - interval '2 hours', now(), md5('0 0') || repeat(' ' || md5(''), 3))`);
    for (const topic of TOPICS) await send(topic, 'applied', ...traces[topic].messages);
    await abortOne(stage, sent);
    // All once more: where something of a message is missing, it is missing of its duplicates, too.
    for (const topic of TOPICS) {
      await send(topic, 'applied', ...traces[topic].messages);
      await send(topic, 'a dead letter', 'no JSON');
    }
    await send('participant.registered', 'a dead letter', ahead, negative, Buffer.from([0xff]), late);
    await send('participant.registered', 'applied', registration(), forgotten);
    const { participantId } = forgotten;
    await send('participant.erased', 'applied', participantErased({ participantId }));
    await send('sales.recorded', 'a dead letter', null);
    await stage.applyAll();
    await stage.database.remember();
  });
  beforeEach(() => stage.database.restore());
  afterAll(() => stage.close());

  async function send(topic: Topic, becomes: Fate, ...values: unknown[]): Promise<void> {
    // All on one partition, so that the place of a message is its offset.
    await stage.topics.send(topic, values, { key: eventId });
    sent.add(topic, becomes, ...values);
  }

  async function meddle(...statements: readonly string[]): Promise<void> {
    await stage.execute(...statements, ...RECOUNT);
  }

  it('finds nothing in an untouched database, and counts each topic', async () => {
    const { wrong, of, lines } = await stage.verify();
    expect(wrong).toBe(0);
    expect(lines[0]).toMatch(
      /^topic\/partition +in the log +applied +dead letters +sealed +not applied yet +missing +oldest$/,
    );
    expect(lines).toHaveLength(1 + stage.partitions * TOPICS.length);
    for (const topic of TOPICS) {
      const [applied, deadLetters] = [sent.count(topic, 'applied'), sent.count(topic, 'a dead letter')];
      const counts = { inLog: applied + deadLetters, applied, deadLetters };
      expect({ topic, ...of(topic) }).toEqual({ topic, ...counts, sealed: 0, notAppliedYet: 0, missing: 0 });
    }
  });

  /** Takes something away, computes the rollups anew, and verifies. @returns what is missing, on whatever partition */
  async function missingWithout(statements: readonly string[]): Promise<string[]> {
    await meddle(...statements);
    expect(await stage.wrongRollups()).toBe(0);
    const found = await stage.verify();
    const named = found.lines.filter((line) => line.startsWith('missing: '));
    expect(found.wrong).toBe(named.length);
    return named.map((line) => line.replace(/\/\d@/, '/P@'));
  }

  it.each(TOPICS.flatMap((topic) => traces[topic].losses.map((loss) => ({ topic, ...loss }))))(
    'misses $what ($topic), though every rollup agrees with what is left',
    async ({ topic, statements, of, named }) => {
      const offsets = sent.offsetsOf(topic, of);
      expect(offsets).toHaveLength(2);
      expect(await missingWithout(statements)).toEqual(
        offsets.map((offset) => `missing: ${topic}/P@${offset}: ${named}`),
      );
    },
  );

  const noLetter = (topic: Topic, value: unknown) =>
    `missing: ${topic}/P@${sent.offsetsOf(topic, value).join()}: no dead letter`;

  it('misses dead letters, though every rollup agrees with what is left', async () => {
    const without = `DELETE FROM dead_letters WHERE reason LIKE 'age:%' OR reason LIKE 'no value:%'`;
    expect(await missingWithout([without])).toEqual([
      `${noLetter('participant.registered', negative)} (age: must be a whole number from 0 to 130, or null)`,
      `${noLetter('sales.recorded', null)} (no value: a tombstone carries no message)`,
    ]);
  });

  it('misses a dead letter where that of another log stands at its offset', async () => {
    const ofAnother = `UPDATE dead_letters SET digest = 'of another' WHERE reason LIKE 'age:%'`;
    const expected = noLetter('participant.registered', negative);
    expect(await missingWithout([ofAnother])).toEqual([expect.stringContaining(`${expected} `)]);
  });

  it('names no more than it was asked to, and counts the others', async () => {
    await meddle('DELETE FROM participants');
    const { lines, wrong, of } = await stage.verify(2);
    const missing = sent.count('participant.registered', 'applied');
    expect(wrong).toBe(missing);
    expect(lines.slice(2, 4)).toEqual([
      `… and ${missing - 2} more`,
      expect.stringMatching(/^topic\/partition/),
    ]);
    const deadLetters = sent.count('participant.registered', 'a dead letter');
    const counts = { inLog: missing + deadLetters, applied: 0, deadLetters, missing };
    expect(of('participant.registered')).toMatchObject(counts);
  });

  it('takes a message that lay too far ahead for what it was when it was applied', async () => {
    const id = String(ahead['participantId']);
    await meddle(
      `DELETE FROM dead_letters WHERE reason LIKE '%ahead%'`,
      `INSERT INTO participants (event_id, participant_id, registered_at, channel, new_customer)
       VALUES ('${eventId}', '${id}', now(), 'Instagram', true)`,
    );
    expect((await stage.verify()).wrong).toBe(0);
    await meddle(`DELETE FROM participants WHERE participant_id = '${id}'`);
    const offset = sent.offsetsOf('participant.registered', ahead).join();
    expect((await stage.verify()).lines[0]).toMatch(`@${offset}: no row of participant ${id}`);
  });

  it.each([
    { topic: 'participant.registered', table: 'participants', seal: 'UPDATE event_counts SET sealed_at' },
    {
      topic: 'sales.recorded',
      table: 'sales',
      seal: `UPDATE store_sales SET sealed_before = '9999-01-01', sealed_at`,
    },
  ] as const)(
    'misses nothing of what is sealed ($topic) whose rows have left, but for what was written behind that',
    async ({ topic, table, seal }) => {
      // What lies within the hour by which clocks may be apart may have come before the sealing.
      await meddle(`${seal} = now() - interval '30 minutes'`, `DELETE FROM ${table}`);
      const { wrong, of } = await stage.verify();
      expect(wrong).toBe(0);
      const [sealed, deadLetters] = [sent.count(topic, 'applied'), sent.count(topic, 'a dead letter')];
      const counts = { inLog: sealed + deadLetters, applied: 0, deadLetters, sealed };
      expect(of(topic)).toEqual({ ...counts, notAppliedYet: 0, missing: 0 });

      await meddle(`${seal} = now() - interval '2 hours'`);
      const behind = await stage.verify();
      expect(behind.wrong).toBe(sealed);
      expect(behind.of(topic)).toEqual({ ...counts, sealed: 0, notAppliedYet: 0, missing: sealed });
    },
  );

  const missingLate = () =>
    `missing: participant.registered/P@${sent.offsetsOf('participant.registered', late).join()}: ` +
    `no row of participant ${String(late['participantId'])} of event ${past.eventId}`;

  it('misses the dead letter of what came behind the sealing, unless it may have left', async () => {
    expect(await missingWithout(['DELETE FROM dead_letters WHERE sealed'])).toEqual([missingLate()]);
    const left = (when: string) =>
      stage.execute(
        'DELETE FROM retention',
        `INSERT INTO retention (id, days, watched_since, watched_at, letters_left_before) VALUES (1, 30, now(), now(), ${when})`,
      );
    await left(`now() - interval '2 hours'`);
    expect((await stage.verify()).wrong).toBe(1);
    await left('now()');
    const { wrong, of } = await stage.verify();
    expect(wrong).toBe(0);
    expect(of('participant.registered')).toMatchObject({ sealed: 1, missing: 0 });
  });

  it('tells of a log that ends before the stored offset, and of one that is not the one that was read', async () => {
    await stage.execute(`UPDATE partition_offsets SET next_offset = 1000 WHERE topic LIKE '%sales.recorded'`);
    const { lines, wrong } = await stage.verify();
    expect(wrong).toBe(1);
    const end = sent.end('sales.recorded');
    expect(lines[0]).toMatch(
      new RegExp(`^beyond the log: sales.recorded/\\d: ends at ${end}, but .* up to 1000$`),
    );
    await stage.execute(`UPDATE partition_offsets SET record_digest = 'x' WHERE topic LIKE '%event.created'`);
    expect((await stage.verify()).lines).toContainEqual(
      expect.stringMatching(
        new RegExp(`^another log: event.created/\\d: .* applied last, at ${sent.end('event.created') - 1}$`),
      ),
    );
  });

  it('misses what an offset was moved past by hand, though its event is sealed', async () => {
    const [one, other] = [1, 2].map(() => participantRegistered(past.eventId));
    await send('participant.registered', 'nothing', one, other);
    await waitFor(async () => (await stage.verify()).of('participant.registered').notAppliedYet === 2, {
      what: 'both to be in the log',
      timeoutMs: 20_000,
    });
    await meddle(
      `UPDATE partition_offsets SET next_offset = next_offset + 2 WHERE topic LIKE '%participant.registered' AND next_offset > 0`,
    );
    const { wrong, lines } = await stage.verify();
    expect(wrong).toBe(2);
    expect(lines.slice(0, 2)).toEqual(
      [one, other].map((message): unknown =>
        expect.stringMatching(
          new RegExp(
            `: no row of participant ${String(message!['participantId'])} of event ${past.eventId}$`,
          ),
        ),
      ),
    );
  });
});

/** What must become of a record; of one that was aborted, and of the marker that says so, nothing. */
type Fate = 'applied' | 'a dead letter' | 'nothing';

/** What was sent to each topic, one partition of which has all of it: the place of a record is its offset. */
interface SentLog {
  add(topic: Topic, becomes: Fate, ...values: unknown[]): void;
  offsetsOf(topic: Topic, value: unknown): number[];
  count(topic: Topic, fate: Fate): number;
  /** The offset of what comes next. */
  end(topic: Topic): number;
}

function createSentLog(): SentLog {
  const records = ofEachTopic((): { readonly value: unknown; readonly becomes: Fate }[] => []);
  return {
    add: (topic, becomes, ...values) =>
      void records[topic].push(...values.map((value) => ({ value, becomes }))),
    offsetsOf: (topic, value) =>
      records[topic].flatMap((record, offset) => (record.value === value ? [offset] : [])),
    count: (topic, fate) => records[topic].filter(({ becomes }) => becomes === fate).length,
    end: (topic) => records[topic].length,
  };
}

/** Leaves a message that counts for nothing, and the marker that says so: offsets that are not read. */
async function abortOne({ topics, reader, prefix }: LogFixture, sent: SentLog): Promise<void> {
  const producer = topics.kafka.producer({
    transactionalId: `${prefix}upstream`,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const aborted = await producer.transaction();
  const message = { key: eventId, value: JSON.stringify(registration()) };
  await aborted.send({ topic: `${prefix}participant.registered`, messages: [message] });
  await aborted.abort();
  sent.add('participant.registered', 'nothing', 'the message', 'its marker');
  const end = BigInt(sent.end('participant.registered'));
  // The marker is written after the abort is confirmed. What can be read ends ahead of it until then.
  const written = async (): Promise<boolean> =>
    [...(await reader.watermarks(`${prefix}participant.registered`)).values()].some(
      (mark) => mark.end === end,
    );
  await waitFor(written, { what: 'the abort to be written', timeoutMs: 20_000 });
  await producer.disconnect();
}
