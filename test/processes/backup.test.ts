import { setTimeout as pause } from 'node:timers/promises';
import { type Answer, ask } from '../faults/readers/ask';
import { type Drill, openDrill } from '../harness/backup/drill';

jest.setTimeout(240_000);

const DUMP = 'Dump a server database';
const INTO_A_NEW_ONE = 'Restore it into a new database';
const UNDER_ITS_OLD_NAME = 'Restore it under its old name, beside the running service';

/** Enough for a batch of every partition to be under way whatever happens. */
const PER_SECOND = 300;
const STREAM_MS = 1_500;
const LONGEST_READ_MS = 3_400;

/** A reader who asks for a dashboard again and again. @returns what stops him, and returns all answers */
function keepAsking({ gateway, shops }: Drill): () => Promise<readonly Answer[]> {
  const { eventId, storeId } = shops.events[0]!;
  const answers: Answer[] = [];
  const stopping = new AbortController();
  const asking = (async () => {
    while (!stopping.signal.aborted) {
      answers.push(await ask(gateway.origin, `/api/events/${eventId}/analytics`, gateway.token([storeId])));
      await pause(30);
    }
  })();
  return async () => {
    stopping.abort();
    await asking;
    return answers;
  };
}

const longest = (answers: readonly Answer[]): number => Math.max(...answers.map(({ tookMs }) => tookMs));
const statuses = (answers: readonly Answer[]): ReadonlySet<number> =>
  new Set(answers.map(({ status }) => status));

/** Messages come in before, between and after; some of them can never be applied. */
describe('a database that is put back from its dump, as docs/backup.md says', () => {
  let drill: Drill;
  let stopAsking: (() => Promise<readonly Answer[]>) | undefined;

  beforeEach(async () => {
    drill = await openDrill('backup');
    await drill.start(drill.databaseUrl);
    const { traffic } = drill;
    await traffic.send([...traffic.factory.definitions(), traffic.factory.invalid('sales.recorded')]);
    await drill.untilAllApplied();
    await drill.untilExact();
  });
  afterEach(async () => {
    await stopAsking?.();
    await drill.close();
  });

  async function expectAllServed(): Promise<void> {
    const answers = (await stopAsking?.()) ?? [];
    expect(answers.length).toBeGreaterThan(10);
    expect(statuses(answers)).toEqual(new Set([200]));
    expect(longest(answers)).toBeLessThan(LONGEST_READ_MS);
  }

  /** Sends messages of all kinds for a while, with a dead letter among them at least. */
  async function goOn(): Promise<void> {
    const { traffic } = drill;
    traffic.start(PER_SECOND);
    await pause(STREAM_MS);
    await traffic.stop();
    await traffic.send([traffic.factory.invalid()]);
  }

  it('is exact in a new database, dumped beside traffic, once the service is told of it', async () => {
    const { traffic } = drill;
    stopAsking = keepAsking(drill);
    traffic.start(PER_SECOND);
    await pause(STREAM_MS);
    await drill.follow(DUMP);
    await drill.untilAllApplied();
    await expectAllServed();
    await goOn();
    await drill.untilAllApplied();
    await drill.untilExact();

    await drill.stop();
    await drill.follow(INTO_A_NEW_ONE);
    traffic.start(PER_SECOND);
    await drill.start(drill.restoredUrl);
    await goOn();
    await drill.untilAllApplied();
    await drill.untilExact();
    expect(await drill.verify('--log')).toMatchObject({ code: 0 });
    expect(drill.workersSaid()).not.toContain('never read');
  });

  it('is exact under its old name, though neither worker nor gateway was stopped, and no reader was refused', async () => {
    const { traffic } = drill;
    await drill.follow(DUMP);
    await goOn();
    await drill.untilAllApplied();
    await drill.untilExact();

    stopAsking = keepAsking(drill);
    traffic.start(PER_SECOND);
    await drill.follow(UNDER_ITS_OLD_NAME);
    await pause(STREAM_MS);
    await drill.untilAllApplied();
    await drill.untilExact();
    await expectAllServed();
    expect(drill.workersSaid()).toContain('the database has gone back');
    expect(await drill.verify('--log')).toMatchObject({ code: 0 });
  });
});
