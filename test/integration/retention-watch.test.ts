import { jest } from '@jest/globals';
import { z } from 'zod';
import { DAY_IN_MS } from '../../src/domain/days';
import type { Instant } from '../../src/domain/values';
import { createLogger } from '../../src/observability/log';
import { createSettableClock } from '../../src/runtime/clock';
import { holdTick } from '../harness/held-tick';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { tick } from '../harness/retention';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { numberIn } from '../harness/streams/stored';
import { waitFor } from '../harness/wait-for';

const [MINUTE, HOUR] = [60_000, 3_600_000];
const START = Date.UTC(2099, 2, 10) as Instant;
const isoAt = (instant: number): string => new Date(instant).toISOString();
const daysAgo = (days: number): string => isoAt(START - days * DAY_IN_MS);

describe.each(BOTH_DATABASES)('the watch of what is to leave, on %s', (_, open) => {
  const clock = createSettableClock(START);
  let opened: OpenedDatabase;
  let stage: StreamFixture;
  let lines: Record<string, unknown>[] = [];
  const log = createLogger({
    level: 'info',
    destination: { write: (line) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  const events = [newEvent(), newEvent()];

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, clock);
  });
  beforeEach(async () => {
    clock.set(START);
    await stage.reset();
    await stage.append(
      'event.created',
      events.map((ids) =>
        eventCreated(ids, { occurredAt: daysAgo(60), startAt: daysAgo(50), endAt: daysAgo(40) }),
      ),
    );
    await stage.append(
      'participant.registered',
      events.map(({ eventId }) => participantRegistered(eventId)),
    );
    lines = [];
  });
  afterAll(() => opened.close());

  const look = (days = 30, worker = 'one') => tick(opened.database, days, { clock, worker, log });
  const watchRow = z.object({ since: z.date(), at: z.date(), by: z.string().nullable() });
  async function watch(): Promise<{ since: string; at: string; by: string | null }> {
    const [row] = await opened.database.query(
      watchRow,
      'SELECT watched_since AS since, watched_at AS at, claimed_by AS by FROM retention',
    );
    return { ...row!, since: row!.since.toISOString(), at: row!.at.toISOString() };
  }
  const beginnings = () =>
    lines
      .filter(({ msg }) => msg === 'nothing is sealed for some days')
      .map(({ level, days, notBefore, why }) => ({ level, days, notBefore, why }));
  const WARN = 40;
  const number = async (query: string) => Number(await numberIn(opened.database, query));
  const sealed = () => number('SELECT count(sealed_at) AS number FROM event_counts');
  const rows = () => number('SELECT count(*) AS number FROM participants');

  /** Looks as seldom as keeps the watch, and then. */
  async function lookUntil(instant: number): Promise<void> {
    while (clock.now() < instant) {
      clock.advance(Math.min(6 * HOUR, instant - clock.now()));
      await look();
    }
  }

  it('begins with the first look, which is said once, and goes on while workers look without a pause', async () => {
    await look();
    const first = { level: WARN, days: 30, notBefore: isoAt(START + 7 * DAY_IN_MS) };
    expect(beginnings()).toEqual([{ ...first, why: 'RETENTION_DAYS is new' }]);
    const { notBefore } = first;
    expect(lines.slice(1)).toEqual([
      expect.objectContaining({
        ...{ events: 2, stores: 0, notBefore },
        msg: 'events and days of stores are to be sealed',
      }),
    ]);
    clock.advance(6 * HOUR);
    await look(30, 'another');
    clock.advance(6 * HOUR);
    await look();
    expect(await watch()).toEqual({ since: isoAt(START), at: isoAt(START + 12 * HOUR), by: null });
    expect(lines).toHaveLength(2);
  });

  it('begins anew with each look by another number of days', async () => {
    await look();
    for (const [hour, days] of [
      [1, 31],
      [2, 30],
    ] as const) {
      clock.set((START + hour * HOUR) as Instant);
      await look(days);
      expect((await watch()).since).toBe(isoAt(clock.now()));
      expect(beginnings().slice(hour)).toEqual([
        {
          ...{ level: WARN, days, notBefore: isoAt(clock.now() + 7 * DAY_IN_MS) },
          why: 'RETENTION_DAYS is another than the last worker had that looked',
        },
      ]);
    }
  });

  const PAUSE = 'no worker had looked for hours: the database may have gone back';

  it.each([
    ['behind a pause of more than six hours', 6 * HOUR + 1],
    ['where the last look lies more than six hours ahead', -6 * HOUR - 1],
  ])('begins anew %s', async (__, elapsed) => {
    await look();
    clock.advance(elapsed);
    await look();
    expect(await watch()).toEqual({ since: isoAt(clock.now()), at: isoAt(clock.now()), by: null });
    expect(beginnings().map(({ why }) => why)).toEqual(['RETENTION_DAYS is new', PAUSE]);
  });

  it('begins anew where the database went back', async () => {
    await look();
    await opened.database.execute('CREATE TABLE backup AS SELECT * FROM retention');
    try {
      await lookUntil(START + DAY_IN_MS);
      await opened.database.execute('DELETE FROM retention');
      await opened.database.execute('INSERT INTO retention SELECT * FROM backup');
    } finally {
      await opened.database.execute('DROP TABLE backup');
    }
    clock.advance(10 * MINUTE);
    await look();
    expect((await watch()).since).toBe(isoAt(clock.now()));
    expect(beginnings().map(({ why }) => why)).toEqual(['RETENTION_DAYS is new', PAUSE]);
  });

  it('lets nothing be sealed until it has gone on for seven days, however long ago that was noticed', async () => {
    await look();
    await lookUntil(START + 6 * DAY_IN_MS);
    clock.advance(7 * HOUR);
    const since = clock.now();
    await look();
    await lookUntil(since + 7 * DAY_IN_MS - 1);
    expect(await sealed()).toBe(0);
    await lookUntil(since + 7 * DAY_IN_MS);
    expect(await sealed()).toBe(2);
  });

  describe('while a worker is at it', () => {
    beforeEach(async () => {
      await opened.database.execute(`UPDATE event_counts SET sealed_at = '${daysAgo(1)}'`);
      // Its claim is renewed as often as the test says.
      jest.useFakeTimers({
        doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask', 'performance', 'hrtime', 'Date'],
      });
    });
    afterEach(() => jest.useRealTimers());

    const hold = (worker = 'one') =>
      holdTick(opened.database, (database) => tick(database, 30, { clock, worker, log }));

    it('has the others only look', async () => {
      const held = await hold();
      clock.advance(MINUTE);
      await look(30, 'another');
      expect([await rows(), await watch()]).toEqual([
        2,
        { since: isoAt(START), at: isoAt(START + MINUTE), by: 'one' },
      ]);
      await held.goOn();
      expect([await rows(), (await watch()).by]).toEqual([0, null]);
    });

    it('has another go on five minutes after it was last heard of', async () => {
      const held = await hold();
      clock.advance(5 * MINUTE - 1);
      await look(30, 'another');
      expect(await rows()).toBe(2);
      clock.advance(1);
      await look(30, 'another');
      expect(await rows()).toBe(0);
      await held.goOn();
    });

    it('has another go on where its clock, by which it has claimed, was hours ahead', async () => {
      const held = await hold();
      clock.advance(-6 * HOUR - 1);
      await look(30, 'another');
      expect(await rows()).toBe(0);
      await held.goOn();
    });

    it('has the others wait for as long as it is heard of', async () => {
      const held = await hold();
      for (let minute = 1; minute <= 7; minute += 1) {
        clock.advance(MINUTE);
        jest.advanceTimersByTime(MINUTE);
        await waitFor(() => held.renewals() === minute, { what: 'the renewal', timeoutMs: 30_000 });
      }
      expect((await watch()).at).toBe(isoAt(clock.now()));
      clock.advance(5 * MINUTE - 1);
      await look(30, 'another');
      expect([await rows(), (await watch()).by]).toEqual([2, 'one']);
      await held.goOn();
    });

    it.each([
      [
        'has it taken by another',
        `claimed_by = 'another', claimed_until = '${isoAt(START + HOUR)}'`,
        'another',
      ],
      ['is put back to before it', 'claimed_by = NULL, claimed_until = NULL', null],
      ['is looked at by another number of days', 'days = 31', null],
    ])('ends with the piece that it is at where its claim %s', async (__, change, by) => {
      const held = await hold();
      await opened.database.execute(`UPDATE retention SET ${change}`);
      jest.advanceTimersByTime(MINUTE);
      await waitFor(() => held.renewals() === 1, { what: 'the renewal', timeoutMs: 30_000 });
      await held.goOn();
      expect([await rows(), (await watch()).by]).toEqual([1, by]);
    });

    it('lets another begin when it has failed', async () => {
      const failing = { ...opened.database, readAtLength: () => Promise.reject(new Error('It fails.')) };
      await opened.database.execute('UPDATE event_counts SET sealed_at = NULL');
      await look();
      await lookUntil(START + 7 * DAY_IN_MS - HOUR);
      clock.advance(HOUR);
      await expect(tick(failing, 30, { clock, worker: 'one', log })).rejects.toThrow('It fails.');
      expect([await sealed(), (await watch()).by]).toEqual([0, null]);
      await look(30, 'another');
      expect(await sealed()).toBe(2);
    });
  });
});
