import { randomUUID } from 'node:crypto';
import { lockEvents } from '../../src/database/event-counts';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { EventId, Instant } from '../../src/domain/values';
import { systemClock } from '../../src/runtime/clock';
import { ROWS_PER_PIECE } from '../../src/workers/retention/leave';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { keepFor } from '../harness/retention';
import { kindsOf, times } from '../harness/streams/batches';
import { type OpenedDatabase, openServer } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { lettersIn, numberIn, participantsOf } from '../harness/streams/stored';
import { waitFor } from '../harness/wait-for';

const calendar = createBusinessCalendar('Asia/Seoul');
const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
const TOPIC = 'participant.registered';

describe('retention beside others', () => {
  let opened: OpenedDatabase;
  let stage: StreamFixture;
  const events = times(30, () => newEvent());
  const [{ eventId }] = events as [(typeof events)[0]];

  beforeAll(async () => {
    opened = await openServer();
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(async () => {
    await stage.reset();
    const defined = events.map((ids) =>
      eventCreated(ids, { occurredAt: daysAgo(60), startAt: daysAgo(50), endAt: daysAgo(40) }),
    );
    await stage.append('event.created', defined);
  });
  afterAll(() => opened.close());

  const numberOf = async (query: string): Promise<number> => Number(await numberIn(opened.database, query));
  const rows = () => numberOf('SELECT count(*) AS number FROM participants');
  const sealed = () => numberOf('SELECT count(*) AS number FROM event_counts WHERE sealed_at IS NOT NULL');
  const drifts = async () =>
    (await verifyRollups(opened.database, { limit: 10, calendar })).drifts.map(describeDrift);

  it('counts each registration, or keeps it as a dead letter, whenever its event is sealed', async () => {
    const outcomes = new Map<string, number>();
    const applied = new Map<string, number>();
    let isOver = false;
    const register = async (): Promise<void> => {
      for (let round = 0; !isOver; round += 1) {
        const { eventId: busy } = events[(round * 7) % events.length]!;
        const kinds = kindsOf(
          await stage.append(
            TOPIC,
            times(10, () => participantRegistered(busy)),
          ),
        );
        for (const kind of kinds) {
          outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
          if (kind === 'applied') applied.set(busy, (applied.get(busy) ?? 0) + 1);
        }
      }
    };
    const registering = register();
    while ((await sealed()) < events.length) await keepFor(opened.database, 30);
    isOver = true;
    await registering;
    for (const { eventId: id } of events)
      expect({ id, counted: await participantsOf(opened.database, id) }).toEqual({
        id,
        counted: applied.get(id) ?? 0,
      });
    expect(outcomes.get('applied')).toBeGreaterThan(0);
    expect(await lettersIn(opened.database)).toHaveLength(outcomes.get('rejected') ?? 0);
    await keepFor(opened.database, 30);
    expect(await rows()).toBe(0);
    expect(await drifts()).toEqual([]);
  });

  const PIECES = 3;
  /** Seals all events, of which one has rows for several pieces that have not left. */
  async function withRowsThatLeave(): Promise<void> {
    await keepFor(opened.database, 30);
    await opened.database.execute(
      `INSERT INTO participants (event_id, participant_id, registered_at, channel, month)
       SELECT $1::uuid, gen_random_uuid(), now(), 'Instagram', 0 FROM generate_series(1, ${PIECES * ROWS_PER_PIECE - 5})`,
      eventId,
    );
    await opened.database.execute(
      'UPDATE event_counts SET emptied_at = NULL WHERE event_id = $1::uuid',
      eventId,
    );
  }

  it('goes on where it was stopped, piece by piece', async () => {
    await withRowsThatLeave();
    for (let pieces = 1; pieces < PIECES; pieces += 1) {
      let begun = 0;
      await keepFor(opened.database, 30, { isStopping: () => begun++ >= 2 });
      expect(await rows()).toBe((PIECES - pieces) * ROWS_PER_PIECE - 5);
    }
    await keepFor(opened.database, 30);
    expect(await rows()).toBe(0);
    expect(await numberOf('SELECT count(*) AS number FROM event_counts WHERE emptied_at IS NULL')).toBe(0);
  });

  it('is done by one worker at a time, and by any', async () => {
    await withRowsThatLeave();
    await Promise.all(times(3, () => keepFor(opened.database, 30)));
    await keepFor(opened.database, 30);
    expect(await rows()).toBe(0);
    expect(await drifts()).toEqual([]);
  });

  it('waits for who has locked the event, as who erases somebody in it has, and for nobody else', async () => {
    await withRowsThatLeave();
    const { resolve, promise } = withResolvers();
    let isLocked = false;
    const locking = opened.database.transaction(async (sql) => {
      await lockEvents(sql, [eventId as EventId], Date.now() as Instant);
      isLocked = true;
      await promise;
    });
    await waitFor(() => isLocked, { what: 'the lock', timeoutMs: 5_000 });
    try {
      await expect(keepFor(opened.database, 30)).rejects.toThrow(/lock timeout/);
      expect(await rows()).toBe(PIECES * ROWS_PER_PIECE - 5);
    } finally {
      resolve();
      await locking;
    }
    await keepFor(opened.database, 30);
    expect(await rows()).toBe(0);
  });

  describe('seals nothing', () => {
    beforeEach(async () => {
      await stage.append(TOPIC, [participantRegistered(eventId)]);
    });
    const keep = () => keepFor(opened.database, 30, { topics: [TOPIC] });
    const observe = (lag: number, secondsAgo: number) =>
      opened.database.execute(
        `INSERT INTO partition_progress (topic, partition, log_end, lag, observed_at)
         VALUES ('${TOPIC}', 0, 1, ${lag}, now() - interval '${secondsAgo} seconds')
         ON CONFLICT (topic, partition) DO UPDATE SET lag = excluded.lag, observed_at = excluded.observed_at`,
      );
    const HELD = `Nothing is sealed: ${TOPIC}/0 is not known to be applied up to an hour ago.`;

    it('while the log has more that was written long ago, as behind a restore', async () => {
      await observe(1, 0);
      await expect(keep()).rejects.toThrow(HELD);
      expect(await sealed()).toBe(0);
      const caughtUp = Date.now() - 60_000;
      await opened.database.execute(`UPDATE partition_offsets SET record_timestamp = ${caughtUp}`);
      await keep();
      expect(await sealed()).toBe(events.length);
    });

    it('while nobody has looked at the log lately', async () => {
      await observe(0, 120);
      await expect(keep()).rejects.toThrow(HELD);
      await observe(0, 1);
      await keep();
      expect(await sealed()).toBe(events.length);
    });
  });

  it('refuses a message in the same words when it is replayed', async () => {
    const message = participantRegistered(eventId);
    await keepFor(opened.database, 30);
    const told = await stage.append(TOPIC, [message]);
    const replayed = await stage.apply({
      topic: TOPIC,
      messages: [{ offset: 0n, key: null, value: Buffer.from(JSON.stringify(message)) }],
      keepAlive: () => Promise.resolve(),
    });
    expect(kindsOf(told)).toEqual(['rejected']);
    expect(replayed).toEqual(told);
  });

  it('passes over an event that changed after it was looked at', async () => {
    let isFirst = true;
    const { database } = opened;
    await keepFor(
      {
        ...database,
        async readAtLength(work) {
          const found = await database.readAtLength(work);
          if (isFirst)
            await stage.append(TOPIC, [participantRegistered(eventId, { participantId: randomUUID() })]);
          isFirst = false;
          return found;
        },
      },
      30,
    );
    expect(await sealed()).toBe(events.length - 1);
    await keepFor(database, 30);
    expect(await sealed()).toBe(events.length);
    expect(await participantsOf(database, eventId)).toBe(1);
  });
});

function withResolvers(): { resolve: () => void; promise: Promise<void> } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { resolve, promise };
}
