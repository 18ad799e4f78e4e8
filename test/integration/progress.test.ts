import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readProgress } from '../../src/database/partition-progress';
import { OwnedPartition } from '../../src/messaging/source/owned-partition';
import { createLogger } from '../../src/observability/log';
import { systemClock } from '../../src/runtime/clock';
import { NotReady } from '../../src/runtime/not-ready';
import { createProgress, type Progress } from '../../src/workers/progress';
import { type OpenedDatabase, openServer } from '../harness/streams/databases';
import { waitFor } from '../harness/wait-for';

const STALLED = { timeoutMs: 60_000, what: 'the partition to be stalled' };

describe('what a worker tells of a partition', () => {
  let opened: OpenedDatabase;
  let owned: OwnedPartition;
  let progress: Progress;

  beforeAll(async () => {
    opened = await openServer();
  });
  beforeEach(() => {
    owned = new OwnedPartition({ topic: `progress.${randomUUID()}`, partition: 0 });
    progress = createProgress({
      source: { status: 'running', partitions: () => [owned], trouble: undefined },
      failureOf: () => undefined,
      database: opened.database,
      clock: systemClock,
      log: createLogger({ level: 'silent' }),
    });
    progress.start();
  });
  afterEach(() => progress.stop());
  afterAll(() => opened.close());

  const told = async () => (await readProgress(opened.database)).find(({ topic }) => topic === owned.topic);
  const applied = async () => {
    const rows = await opened.database.query(
      z.object({ applied: z.bigint().nullable(), observedAt: z.date(), toldAt: z.date().nullable() }),
      `SELECT applied, observed_at AS "observedAt", told_at AS "toldAt" FROM partition_progress WHERE topic = $1`,
      owned.topic,
    );
    return rows[0];
  };
  const stalled = () =>
    waitFor(async () => ((await told())?.stalledSince === undefined ? undefined : told()), STALLED);

  it('stays as it was while its log cannot be recognised: then nothing is known but that it does not progress', async () => {
    owned.begin({ topic: owned.topic, partition: 0, nextOffset: 10n, record: undefined });
    owned.endsAt(60n);
    await waitFor(async () => (await told())?.lag === 50n, { what: 'its lag', timeoutMs: 30_000 });
    const known = (await applied())!;
    expect(known).toEqual({ applied: 10n, observedAt: known.observedAt, toldAt: known.observedAt });
    Object.assign(owned, { isRecognised: false, applied: 0n, readTo: 0n, end: undefined });
    expect(await stalled()).toMatchObject({
      lag: 50n,
      logEnd: 60n,
      reason: 'the log could not be held against the database yet',
    });
    const behind = (await applied())!;
    expect(behind.applied).toBe(10n);
    expect(behind.toldAt!.getTime()).toBeLessThan(behind.observedAt.getTime());
    const notReady = readiness();
    expect(notReady.detail).toMatchObject({ partitions: [{ topic: owned.topic, partition: 0, lag: null }] });
    owned.begin({ topic: owned.topic, partition: 0, nextOffset: 12n, record: undefined });
    owned.endsAt(60n);
    const again = await waitFor(async () => ((await told())?.lag === 48n ? applied() : undefined), {
      ...{ what: 'its lag', timeoutMs: 30_000 },
    });
    expect(again).toEqual({ applied: 12n, observedAt: again.observedAt, toldAt: again.observedAt });
  });

  it('is not what is applied while it is long ago that the end of the log was seen', async () => {
    owned.begin({ topic: owned.topic, partition: 0, nextOffset: 60n, record: undefined });
    owned.endsAt(60n);
    await waitFor(async () => (await applied())?.applied === 60n, { what: 'its offset', timeoutMs: 30_000 });
    owned.endLookedAt = performance.now() - 30_001;
    const behind = await waitFor(
      async () => {
        const row = (await applied())!;
        return row.toldAt!.getTime() < row.observedAt.getTime() && row;
      },
      { what: 'the worker to tell no more of it', timeoutMs: 30_000 },
    );
    expect([behind.applied, (await told())!.lag]).toEqual([60n, 0n]);
    owned.endsAt(61n);
    const again = await waitFor(async () => ((await told())?.lag === 1n ? applied() : undefined), {
      ...{ what: 'its lag', timeoutMs: 30_000 },
    });
    expect(again.toldAt).toEqual(again.observedAt);
  });

  it('begins with nothing where it was never recognised', async () => {
    expect(await stalled()).toMatchObject({ lag: 0n, logEnd: 0n });
    expect(await applied()).toMatchObject({ applied: null, toldAt: null });
  });

  function readiness(): NotReady {
    try {
      progress.check();
    } catch (error) {
      if (error instanceof NotReady) return error;
      throw error;
    }
    throw new Error('The worker is ready.');
  }
});
