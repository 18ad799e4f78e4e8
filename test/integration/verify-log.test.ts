import { TOPICS, type Topic } from '../../src/workers/messages/topics';
import {
  distributionCompleted,
  eventCreated,
  type Fields,
  newEvent,
  participantRegistered,
  salesRecorded,
  viewsMeasured,
} from '../harness/messages';
import { type LogFixture, openLogFixture } from '../harness/verification/log-fixture';
import { RECOUNT } from '../harness/verification/recount';
import { waitFor } from '../harness/wait-for';

const event = newEvent();
const { eventId, storeId } = event;
const registration = (fields: Fields = {}) => participantRegistered(eventId, fields);
const HOUR_MS = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * HOUR_MS).toISOString();

describe('the verification of raw rows against the log', () => {
  let stage: LogFixture;
  const [first, second] = [registration(), registration()];
  const sale = salesRecorded(storeId, 1_000);
  const measured = viewsMeasured(eventId, '지니TV', 700, { measuredAt: '2025-10-20T16:00:00Z' });
  const ahead = registration({ occurredAt: inHours(30) });

  beforeAll(async () => {
    stage = await openLogFixture();
    const { topics } = stage;
    await topics.send('event.created', [eventCreated(event), 'no JSON'], { key: eventId });
    const channels = ['지니TV', 'Instagram'].map((channel) => ({ channel, status: 'SUCCESS', cost: 10 }));
    const late = { occurredAt: '2025-10-19T00:00:00Z' };
    await topics.send(
      'distribution.completed',
      [distributionCompleted(eventId, channels), distributionCompleted(eventId, channels.slice(1), late)],
      { key: eventId },
    );
    const earlier = viewsMeasured(eventId, '지니TV', 500, { measuredAt: '2025-10-19T11:00:00Z' });
    await topics.send('channel.views-measured', [measured, earlier], { key: eventId });
    await topics.send('sales.recorded', [sale, salesRecorded(storeId, 500), sale, null], { key: storeId });
    await topics.send('participant.registered', [first, second, registration()], { key: eventId });
    await abortOne(stage);
    const spoilt = [ahead, { ...registration(), age: -1 }, Buffer.from([0xff])];
    await topics.send('participant.registered', [first, ...spoilt, registration()], { key: eventId });
    await stage.applyAll();
    await stage.database.remember();
  }, 120_000);
  beforeEach(() => stage.database.restore());
  afterAll(() => stage.close());

  async function meddle(...statements: string[]): Promise<void> {
    await stage.execute(...statements, ...RECOUNT);
  }

  it('finds nothing in an untouched database, and counts each topic', async () => {
    const { wrong, of, lines } = await stage.verify();
    expect(wrong).toBe(0);
    expect(lines[0]).toMatch(
      /^topic\/partition +in the log +applied +dead letters +not applied yet +missing$/,
    );
    expect(lines).toHaveLength(1 + stage.partitions * TOPICS.length);
    const counts: Readonly<Record<Topic, object>> = {
      'event.created': { inLog: 2, applied: 1, deadLetters: 1 },
      'participant.registered': { inLog: 8, applied: 5, deadLetters: 3 },
      'distribution.completed': { inLog: 2, applied: 2, deadLetters: 0 },
      'channel.views-measured': { inLog: 2, applied: 2, deadLetters: 0 },
      'sales.recorded': { inLog: 4, applied: 3, deadLetters: 1 },
    };
    for (const topic of TOPICS)
      expect({ topic, ...of(topic) }).toEqual({ topic, ...counts[topic], notAppliedYet: 0, missing: 0 });
  });

  /** By topic, what was taken away and which lines must name it. */
  const missing: Readonly<Record<Topic, readonly Missing[]>> = {
    'event.created': [
      {
        what: 'a definition',
        statements: [`UPDATE events SET defined_at = defined_at - interval '1 ms'`],
        lines: [
          expect.stringMatching(/^missing: event.created\/P@0: no definition of event .* as late as 20/),
        ],
      },
    ],
    'participant.registered': [
      {
        what: 'registrations',
        statements: [`DELETE FROM participants WHERE participant_id = '${String(first['participantId'])}'`],
        lines: ['0', '5'].map(
          (offset) =>
            `missing: participant.registered/P@${offset}: no row of participant ${String(first['participantId'])} of event ${eventId}`,
        ),
      },
    ],
    'distribution.completed': [
      {
        what: 'a distribution',
        statements: [`UPDATE event_channels SET distributed_at = first_at WHERE channel = 'Instagram'`],
        lines: [
          expect.stringMatching(
            /^missing: distribution.completed\/P@0: no distribution of event .* over Instagram that takes in 20/,
          ),
        ],
      },
      {
        what: 'an early distribution, which decides the order',
        statements: [`UPDATE event_channels SET first_at = distributed_at WHERE channel = 'Instagram'`],
        lines: [
          expect.stringMatching(
            /^missing: distribution.completed\/P@1: .* over Instagram that takes in 2025-10-19T00:00:00.000Z$/,
          ),
        ],
      },
    ],
    'channel.views-measured': [
      {
        what: 'the latest views',
        statements: [`DELETE FROM daily_views WHERE day = '2025-10-21'`],
        lines: [
          expect.stringMatching(
            /^missing: channel.views-measured\/P@0: no views of event .* on 지니TV on 2025-10-21 as late as 2025-10-20T16:00:00.000Z$/,
          ),
        ],
      },
      {
        what: 'the views of a day that is over',
        statements: [`DELETE FROM daily_views WHERE day = '2025-10-19'`],
        lines: [
          expect.stringMatching(/^missing: channel.views-measured\/P@1: .* on 2025-10-19 as late as 2025-/),
        ],
      },
    ],
    'sales.recorded': [
      {
        what: 'sales',
        statements: [`DELETE FROM sales WHERE message_id = '${String(sale['messageId'])}'`],
        lines: ['0', '2'].map(
          (offset) =>
            `missing: sales.recorded/P@${offset}: no row of sale ${String(sale['messageId'])} of store ${storeId}`,
        ),
      },
    ],
  };
  const missingLetters: readonly Missing[] = [
    {
      what: 'dead letters',
      statements: [`DELETE FROM dead_letters WHERE reason LIKE 'age:%' OR topic LIKE '%sales.recorded'`],
      lines: [
        'missing: participant.registered/P@7: no dead letter (age: must be a whole number from 0 to 130, or null)',
        'missing: sales.recorded/P@3: no dead letter (no value: a tombstone carries no message)',
      ],
    },
    {
      what: 'a dead letter where that of another log stands at its offset',
      statements: [`UPDATE dead_letters SET digest = 'of another' WHERE reason LIKE 'age:%'`],
      lines: [expect.stringMatching(/^missing: participant.registered\/P@7: no dead letter /)],
    },
  ];

  it.each([...Object.values(missing).flat(), ...missingLetters])(
    'misses $what, though every rollup agrees with what is left',
    async ({ statements, lines }) => {
      await meddle(...statements);
      expect(await stage.wrongRollups()).toBe(0);
      const found = await stage.verify();
      expect(found.wrong).toBe(lines.length);
      const named = found.lines.filter((line) => line.startsWith('missing: '));
      expect(named.map((line) => line.replace(/\/\d@/, '/P@')).sort()).toEqual(lines);
    },
  );

  it('names no more than it was asked to, and counts the others', async () => {
    await meddle('DELETE FROM participants');
    const { lines, wrong, of } = await stage.verify(2);
    expect(wrong).toBe(5);
    expect(lines.slice(2, 4)).toEqual(['… and 3 more', expect.stringMatching(/^topic\/partition/)]);
    expect(of('participant.registered')).toMatchObject({ inLog: 8, applied: 0, deadLetters: 3, missing: 5 });
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
    expect((await stage.verify()).lines[0]).toMatch(`@6: no row of participant ${id}`);
  });

  it('tells of a log that ends before the stored offset, and of one that is not the one that was read', async () => {
    await stage.execute(`UPDATE partition_offsets SET next_offset = 1000 WHERE topic LIKE '%sales.recorded'`);
    const { lines, wrong } = await stage.verify();
    expect(wrong).toBe(1);
    expect(lines[0]).toMatch(/^beyond the log: sales.recorded\/\d: ends at 4, but .* up to 1000$/);
    await stage.execute(`UPDATE partition_offsets SET record_digest = 'x' WHERE topic LIKE '%event.created'`);
    expect((await stage.verify()).lines).toContainEqual(
      expect.stringMatching(/^another log: event.created\/\d: .* applied last, at 1$/),
    );
  });
});

interface Missing {
  readonly what: string;
  readonly statements: readonly string[];
  readonly lines: readonly unknown[];
}

/** Leaves a message that counts for nothing, and the marker that says so: offsets that are not read. */
async function abortOne({ topics, reader, prefix }: LogFixture): Promise<void> {
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
  // The marker is written after the abort is confirmed. What can be read ends ahead of it until then.
  const written = async (): Promise<boolean> =>
    [...(await reader.watermarks(`${prefix}participant.registered`)).values()].some(({ end }) => end === 5n);
  await waitFor(written, { what: 'the abort to be written', timeoutMs: 20_000 });
  await producer.disconnect();
}
