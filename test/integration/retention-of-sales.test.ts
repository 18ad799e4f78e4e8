import { createBusinessCalendar } from '../../src/domain/calendar';
import { systemClock } from '../../src/runtime/clock';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import { eventCreated, newEvent, salesRecorded } from '../harness/messages';
import { keepFor } from '../harness/retention';
import { kindsOf } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { lettersIn, numberIn } from '../harness/streams/stored';

const calendar = createBusinessCalendar('Asia/Seoul');
const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();
const dayOf = (days: number): string => calendar.dayOf((Date.now() - days * DAY_MS) as never);

describe.each(BOTH_DATABASES)('sales of days that lie RETENTION_DAYS back, on %s', (_, open) => {
  let opened: OpenedDatabase;
  let stage: StreamFixture;
  const [event, elsewhere] = [newEvent(), newEvent()];
  const { storeId } = event;
  const sold = (days: number, store = storeId) => salesRecorded(store, 1_000, { saleDate: dayOf(days) });
  const [old, last, first] = [sold(40), sold(31), sold(30)];
  const others = sold(40, elsewhere.storeId);

  const sell = async (...sales: readonly object[]): Promise<string[]> =>
    kindsOf(await stage.append('sales.recorded', sales));
  const begin = (startedDaysAgo: number, endedDaysAgo: number) =>
    stage.append('event.created', [
      eventCreated(event, {
        occurredAt: daysAgo(100),
        startAt: daysAgo(startedDaysAgo),
        endAt: daysAgo(endedDaysAgo),
      }),
    ]);
  const keep = () => keepFor(opened.database, 30);
  const rows = () => numberIn(opened.database, 'SELECT count(*) AS number FROM sales');
  const drifts = async () =>
    (await verifyRollups(opened.database, { limit: 10, calendar })).drifts.map(describeDrift);

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(async () => {
    await stage.reset();
    await sell(old, last, first, others);
  });
  afterAll(() => opened.close());

  it('leave, and the sums of their days stay, as does what is shown of them', async () => {
    await begin(38, 31);
    const sums = () =>
      numberIn(opened.database, 'SELECT sum(amount * 1000 + records)::bigint AS number FROM daily_sales');
    const before = [await sums(), await stage.dashboard(event.eventId)];
    await keep();
    expect(await rows()).toBe(1n);
    expect([await sums(), await stage.dashboard(event.eventId)]).toEqual(before);
    expect(await drifts()).toEqual([]);
  });

  it('take no other sale of that store and day, and those around it are applied', async () => {
    await keep();
    const late = sold(31);
    expect(await sell(sold(30), late, last, first, sold(2), sold(31, newEvent().storeId))).toEqual([
      'applied',
      'rejected',
      'rejected',
      'duplicate',
      'applied',
      'applied',
    ]);
    const letters = await lettersIn(opened.database);
    expect(letters.map(({ value }) => JSON.parse(String(value)) as unknown)).toEqual([late, last]);
    expect(letters[0]!.reason).toBe(
      `saleDate: the days before ${dayOf(30)} are sealed in this store, RETENTION_DAYS after them: their sales were deleted, so nobody can tell any more whether this one was counted`,
    );
    expect(await drifts()).toEqual([]);
  });

  it('stay while an event is compared with them that is not sealed', async () => {
    await begin(25, 10);
    await keep();
    // Of the store, the days from eight ahead of the start on.
    expect(await sell(old, last, others)).toEqual(['rejected', 'duplicate', 'rejected']);
    await begin(25, 10);
    expect(await rows()).toBe(2n);
    expect(await drifts()).toEqual([]);
  });

  it('leave further with time', async () => {
    await keep();
    await keepFor(opened.database, 29);
    expect(await rows()).toBe(0n);
    expect(await sell(first)).toEqual(['rejected']);
    expect(await drifts()).toEqual([]);
  });

  it('are not sealed where the sums are not what they add up to', async () => {
    await opened.database.execute('UPDATE daily_sales SET amount = 7 WHERE store_id = $1::uuid', storeId);
    await expect(keep()).rejects.toThrow(/^0 events and the days of 1 stores are not sealed/);
    expect(await rows()).toBe(3n);
  });

  it('are held against what their days added up to', async () => {
    await keep();
    await opened.database.execute(
      `UPDATE daily_sales SET amount = amount + 1 WHERE store_id = $1::uuid AND day = '${dayOf(40)}'`,
      storeId,
    );
    expect(await drifts()).toEqual([
      expect.stringMatching(`^store_sales ${storeId}: stored [0-9a-f]{32}, recomputed [0-9a-f]{32}$`),
    ]);
    await expect(keepFor(opened.database, 29)).rejects.toThrow(/days of 1 stores/);
  });

  it('are named where a row came in behind their sealing', async () => {
    await keep();
    await opened.database.execute(
      `INSERT INTO sales (message_id, store_id, day, amount) VALUES ($1::uuid, $1::uuid, '${dayOf(40)}', 5)`,
      storeId,
    );
    expect(await drifts()).toEqual([`sales ${storeId} (sealed days): stored 0, recomputed 1`]);
  });
});
