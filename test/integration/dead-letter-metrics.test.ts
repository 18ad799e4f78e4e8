import { recordDeadLetters } from '../../src/database/dead-letters/rejected';
import { waitingLetters } from '../../src/database/dead-letters/waiting-letters';
import type { Instant } from '../../src/domain/values';
import { type RealService, startRealService } from '../harness/real-service';
import { BOTH_DATABASES } from '../harness/streams/databases';

const message = { offset: 1n, key: null, value: null };

describe.each(BOTH_DATABASES)('the dead letters that wait, on %s', (_, open) => {
  it('are counted by topic, with the age of the oldest by the database’s clock', async () => {
    const opened = await open();
    const { database } = opened;
    const record = (topic: string, offset: bigint, rejectedAt: number): Promise<void> =>
      recordDeadLetters(
        database,
        { topic, partition: 0 },
        [{ message: { ...message, offset }, reason: 'x' }],
        rejectedAt as Instant,
      );
    await record('a', 1n, Date.now() - 3_600_000);
    await record('a', 2n, Date.now());
    await record('a', 3n, Date.now() - 7_200_000);
    await database.execute('UPDATE dead_letters SET send_at = NULL WHERE "offset" = 3');
    await record('b', 1n, Date.now() + 86_400_000);
    await record('another', 1n, Date.now());

    const [a, b, c] = await waitingLetters(database, ['a', 'b', 'c']);
    expect(a).toMatchObject({ topic: 'a', count: 2 });
    expect(a?.oldestSeconds).toBeGreaterThanOrEqual(3_600);
    expect(a?.oldestSeconds).toBeLessThan(3_700);
    expect(b).toEqual({ topic: 'b', count: 1, oldestSeconds: 0 });
    expect(c).toEqual({ topic: 'c', count: 0, oldestSeconds: 0 });
    await opened.close();
  });
});

describe('what Prometheus is told of dead letters', () => {
  let service: RealService;
  beforeAll(async () => (service = await startRealService()), 60_000);
  afterAll(() => service.stop());

  it('is how many wait by topic, and for how long', async () => {
    const topic = `${service.env['KAFKA_TOPIC_PREFIX']}sales.recorded`;
    await service.database.transaction(async (sql) => {
      const letters = [{ message, reason: 'x' }];
      await recordDeadLetters(sql, { topic, partition: 0 }, letters, (Date.now() - 60_000) as Instant);
      // So that the outbox leaves it alone.
      await sql.execute("UPDATE dead_letters SET send_at = now() + interval '1 hour'");
    });
    const page = await (await fetch(`${service.origin}/metrics`)).text();
    expect(page).toContain(`\nanalytics_dead_letters_waiting{topic="${topic}"} 1\n`);
    expect(page).toMatch(/\nanalytics_dead_letters_waiting\{topic="[^"]*event\.created"\} 0\n/);
    const [, seconds] =
      /\nanalytics_dead_letter_oldest_seconds\{topic="[^"]*sales\.recorded"\} (\S+)\n/.exec(page) ?? [];
    expect(Number(seconds)).toBeGreaterThanOrEqual(60);
  });
});
