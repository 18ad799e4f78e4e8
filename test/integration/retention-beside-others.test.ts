import { randomUUID } from 'node:crypto';
import { lockEvents } from '../../src/database/event-counts';
import type { Database } from '../../src/database/database';
import { createBusinessCalendar } from '../../src/domain/calendar';
import type { EventId, Instant } from '../../src/domain/values';
import { systemClock } from '../../src/runtime/clock';
import { ROWS_PER_PIECE } from '../../src/workers/retention/leave-registrations';
import type { RetentionOptions } from '../../src/workers/retention/retention';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { keepFor, letDaysPass, tick } from '../harness/retention';
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

  it('counts each registration once, or keeps it as a dead letter, whenever its event is sealed', async () => {
    const outcomes = new Map<string, number>();
    const applied = new Map<string, number>();
    const people = times(200, () => randomUUID());
    let isOver = false;
    /** The same people come by both partitions, and come again. */
    const register = async (partition: number): Promise<void> => {
      for (let round = 0; !isOver; round += 1) {
        const { eventId: busy } = events[(round * 7 + partition) % events.length]!;
        const from = (round * 13) % (people.length - 10);
        const registrations = people
          .slice(from, from + 10)
          .map((participantId) => participantRegistered(busy, { participantId }));
        for (const kind of kindsOf(await stage.append(TOPIC, registrations, partition))) {
          outcomes.set(kind, (outcomes.get(kind) ?? 0) + 1);
          if (kind === 'applied') applied.set(busy, (applied.get(busy) ?? 0) + 1);
        }
      }
    };
    const registering = [0, 1].map(register);
    while ((await sealed()) < events.length) await keepFor(opened.database, 30);
    isOver = true;
    await Promise.all(registering);
    for (const { eventId: id } of events)
      expect({ id, counted: await participantsOf(opened.database, id) }).toEqual({
        id,
        counted: applied.get(id) ?? 0,
      });
    for (const kind of ['applied', 'duplicate', 'rejected']) expect(outcomes.get(kind)).toBeGreaterThan(0);
    expect(await lettersIn(opened.database)).toHaveLength(outcomes.get('rejected')!);
    await tick(opened.database, 30);
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

  /** With a worker that is told to stop while its first piece leaves. */
  function stoppedInItsFirstPiece(): Partial<RetentionOptions> {
    const stopping = new AbortController();
    const database: Database = {
      ...opened.database,
      async transaction(work) {
        const before = await rows();
        const done = await opened.database.transaction(work);
        if ((await rows()) < before) stopping.abort();
        return done;
      },
    };
    return { database, stopping: stopping.signal };
  }

  it('goes on where it was stopped, piece by piece', async () => {
    await withRowsThatLeave();
    for (let pieces = 1; pieces < PIECES; pieces += 1) {
      await tick(opened.database, 30, stoppedInItsFirstPiece());
      expect(await rows()).toBe((PIECES - pieces) * ROWS_PER_PIECE - 5);
    }
    await tick(opened.database, 30);
    expect(await rows()).toBe(0);
    expect(await numberOf('SELECT count(*) AS number FROM event_counts WHERE emptied_at IS NULL')).toBe(0);
  });

  const GO_BACK = 'UPDATE event_counts SET sealed_at = NULL, seal_noticed_at = NULL';

  it('goes by what the lock says: a database that went back in between keeps its rows', async () => {
    await withRowsThatLeave();
    const { database } = opened;
    const goneBack: Database = {
      ...database,
      async query(row, statement, ...parameters) {
        const found = await database.query(row, statement, ...parameters);
        if (/emptied_at IS NULL/.test(statement) && /sealed_at IS NOT NULL/.test(statement))
          await database.execute(GO_BACK);
        return found;
      },
    };
    await tick(goneBack, 30);
    expect(await rows()).toBe(PIECES * ROWS_PER_PIECE - 5);
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
      await expect(tick(opened.database, 30)).rejects.toThrow(/lock timeout/);
      expect(await rows()).toBe(PIECES * ROWS_PER_PIECE - 5);
    } finally {
      resolve();
      await locking;
    }
    await tick(opened.database, 30);
    expect(await rows()).toBe(0);
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
    const { database } = opened;
    let isFirst = true;
    const changing: Database = {
      ...database,
      async readAtLength(work) {
        const found = await database.readAtLength(work);
        if (isFirst)
          await stage.append(TOPIC, [participantRegistered(eventId, { participantId: randomUUID() })]);
        isFirst = false;
        return found;
      },
    };
    await tick(changing, 30);
    await letDaysPass(database, 8);
    await tick(changing, 30);
    expect(isFirst).toBe(false);
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
