import { setTimeout as pause } from 'node:timers/promises';
import { type BreakableLink, linkTo } from '../harness/contract/breakable-link';
import { eventCreated, newEvent, participantRegistered } from '../harness/messages';
import { askAny } from '../harness/operations/client';
import { freshDatabase } from '../harness/isolation';
import { createPostgres } from '../harness/servers/postgres';
import type { Server } from '../harness/servers/server';
import { startTestService, type TestService } from '../harness/service';
import { waitFor } from '../harness/wait-for';

/** What a reader may be kept waiting, and how soon a database that is back is used, in milliseconds. */
const LONGEST_READ_MS = 3_000;
const USED_AGAIN_MS = 2_000;
/** For the machine, which others use as well. */
const SLACK_MS = 500;

const tookMs = async <T>(work: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> => {
  const begun = performance.now();
  const value = await work();
  return { value, ms: performance.now() - begun };
};

describe('while the database cannot be asked', () => {
  const { eventId, storeId } = newEvent();
  let postgres: Server;
  let link: BreakableLink;
  let service: TestService;

  beforeAll(async () => {
    postgres = await createPostgres();
    await postgres.start();
    const { url } = await freshDatabase(postgres.url);
    link = await linkTo(url);
    service = await startTestService({ env: { DATABASE_URL: link.url } });
    await service.post([{ topic: 'event.created', value: eventCreated({ eventId, storeId }) }]);
  });
  afterAll(async () => {
    await service.stop();
    await link.cut();
    await postgres.remove();
  });

  const query = `{ dashboard(eventId: "${eventId}") { eventId channelPerformance { channel } summaryCards { totalParticipants { count } } } }`;
  const readOnce = () => askAny(service.origin, service.token(), { query });
  const isReadable = async (): Promise<boolean> => (await readOnce()).errors.length === 0;
  const registerOne = () =>
    service.post([{ topic: 'participant.registered', value: participantRegistered(eventId) }]);

  /** Reads over and over, four at a time, until told to stop. @returns how long the slowest took, and what was said */
  function keepReading() {
    let isOver = false;
    const slowest = { ms: 0 };
    const said = new Set<string>();
    let failed = 0;
    async function reader(): Promise<void> {
      while (!isOver) {
        const { ms, value } = await tookMs(readOnce);
        slowest.ms = Math.max(slowest.ms, ms);
        if (value.errors.length > 0) failed += 1;
        for (const { extensions } of value.errors) said.add(JSON.stringify(extensions));
        await pause(20);
      }
    }
    const readers = Array.from({ length: 4 }, reader);
    return {
      /** Twice for each of the four: the second time it is known that the database is away. */
      untilFailing: () => waitFor(() => failed >= 8, { what: 'the readers to fail', timeoutMs: 20_000 }),
      async stop() {
        isOver = true;
        await Promise.all(readers);
        return { slowestMs: slowest.ms, said: [...said] };
      },
    };
  }

  const AWAY = [JSON.stringify({ code: 'DATABASE_UNAVAILABLE', part: 'database' })];

  /** To a reader whose turn did not come in time while others were answered: there are some on a busy machine. */
  const OVERLOADED = JSON.stringify({ code: 'SERVICE_OVERLOADED', retryAfterSeconds: 1 });

  async function untilUsedAgain(): Promise<number> {
    const { ms } = await tookMs(() => waitFor(isReadable, { what: 'a read to succeed', timeoutMs: 60_000 }));
    return ms;
  }

  it('because every connection is half open, readers and the worker go on over new ones', async () => {
    await Promise.all(Array.from({ length: 8 }, readOnce));
    const readers = keepReading();
    link.silence();
    const { ms } = await tookMs(registerOne);
    const usedMs = await untilUsedAgain();
    const { slowestMs, said } = await readers.stop();
    expect(slowestMs).toBeLessThan(LONGEST_READ_MS + SLACK_MS);
    expect(ms).toBeLessThan(10_000);
    expect(usedMs).toBeLessThan(LONGEST_READ_MS + SLACK_MS);
    for (const each of said) expect([...AWAY, OVERLOADED]).toContain(each);
  });

  it('because it hangs, no reader waits for long, each is told which part is away, and it is used once it goes on', async () => {
    const readers = keepReading();
    postgres.freeze();
    await readers.untilFailing();
    const inVain = await tookMs(readOnce);
    postgres.thaw();
    const usedMs = await untilUsedAgain();
    const { slowestMs, said } = await readers.stop();
    expect(slowestMs).toBeLessThan(LONGEST_READ_MS + SLACK_MS);
    // It is known by then, and no reader waits to find out again.
    expect(inVain.ms).toBeLessThan(500);
    expect(usedMs).toBeLessThan(USED_AGAIN_MS + SLACK_MS);
    expect(said).toEqual(AWAY);
  });

  it('because it is down, the same holds', async () => {
    const readers = keepReading();
    await postgres.kill();
    await readers.untilFailing();
    await postgres.start();
    const usedMs = await untilUsedAgain();
    const { slowestMs, said } = await readers.stop();
    expect(slowestMs).toBeLessThan(LONGEST_READ_MS + SLACK_MS);
    expect(usedMs).toBeLessThan(USED_AGAIN_MS + SLACK_MS);
    expect(said).toEqual(AWAY);
  });

  it('over REST it stays the contract’s 500', async () => {
    await postgres.stop();
    const answer = await fetch(`${service.origin}/api/events/${newEvent().eventId}/analytics`, {
      headers: { authorization: `Bearer ${service.token()}` },
    });
    expect([answer.status, await answer.json()]).toEqual([
      500,
      expect.objectContaining({ error: 'INTERNAL_SERVER_ERROR', message: '서버 내부 오류가 발생했습니다.' }),
    ]);
    await postgres.start();
    await waitFor(isReadable, { what: 'a read to succeed', timeoutMs: 30_000 });
  });
});
