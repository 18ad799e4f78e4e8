import { createSettableClock } from '../../src/runtime/clock';
import type { Instant } from '../../src/domain/values';
import { startUnderContract } from '../harness/contract/service';
import { waitFor } from '../harness/wait-for';

describe('the industry averages of a running worker', () => {
  it('are rebuilt once half the time is over that they may be old, and not before', async () => {
    const start = Date.parse('2025-10-15T12:10:00Z') as Instant;
    const clock = createSettableClock(start);
    const env = { INDUSTRY_REFRESH_SECONDS: '1' };
    const service = await startUnderContract({ clock, env });
    const refreshedAt = async (): Promise<number | undefined> => {
      const row = await service.database.prisma.industryRefresh.findUnique({ where: { id: 1 } });
      return row?.refreshedAt.getTime();
    };
    const looks = (): number =>
      [...service.statements, ...service.workerStatements].filter(({ sql }) =>
        sql.startsWith('SELECT refreshed_at'),
      ).length;
    try {
      await waitFor(async () => (await refreshedAt()) === start, {
        what: 'the first averages',
        timeoutMs: 10_000,
      });
      // Looked at again, and found young enough.
      clock.advance(500);
      const before = looks();
      await waitFor(() => looks() >= before + 2, { what: 'two more looks', timeoutMs: 10_000 });
      expect(await refreshedAt()).toBe(start);
      for (let round = 0; round < 3; round++) {
        clock.advance(501);
        await waitFor(async () => (await refreshedAt()) === clock.now(), {
          what: 'newer averages',
          timeoutMs: 10_000,
        });
      }
    } finally {
      await service.stop();
    }
  });
});
