import { randomUUID } from 'node:crypto';
import { createBusinessCalendar } from '../../../src/domain/calendar';
import { createProjections } from '../../../src/workers/projections/registry';
import { TOPICS } from '../../../src/workers/messages/topics';
import { describeDrift } from '../../../src/workers/verification/compare';
import { rollupChecks, SLICES } from '../../../src/workers/verification/verify';
import { TEST_DIGESTS } from '../../harness/digests';
import { newEvent } from '../../harness/messages';
import { TOPIC_FIXTURES } from '../../harness/messages/topic-fixtures';

describe('the slices that ids are looked at in', () => {
  const slicesOf = (id: string): number =>
    SLICES.filter(({ first, last }) => first <= id && id <= last).length;

  it('hold every id exactly once', () => {
    const ids = Array.from({ length: 500 }, () => randomUUID() as string);
    expect(ids.map(slicesOf)).toEqual(ids.map(() => 1));
  });

  it('hold the first and the last id there can be', () => {
    expect(slicesOf('00000000-0000-0000-0000-000000000000')).toBe(1);
    expect(slicesOf('ffffffff-ffff-ffff-ffff-ffffffffffff')).toBe(1);
  });
});

describe('the checks of all topics', () => {
  const projections = createProjections(createBusinessCalendar('Asia/Seoul'), TEST_DIGESTS);
  const checks = rollupChecks(projections);

  it('are those of each projection, once', () => {
    const declared = Object.values(projections).flatMap(({ rollups }) => rollups);
    expect(new Set(checks)).toEqual(new Set(declared));
    expect(checks).toHaveLength(declared.length);
  });

  it('come rollup by rollup, though several topics keep one', () => {
    const names = checks.map(({ rollup }) => rollup);
    const begun = names.filter((name, place) => name !== names[place - 1]);
    expect(begun).toEqual([...new Set(names)]);
    expect(begun.length).toBeLessThan(names.length);
  });
});

describe.each(TOPICS)('the rollups of %s', (topic) => {
  const { rollups } = createProjections(createBusinessCalendar('Asia/Seoul'), TEST_DIGESTS)[topic];
  const named = TOPIC_FIXTURES[topic].meddlings(newEvent()).flatMap((meddling) => meddling.named);

  it('have each of their figures made wrong by the fixture of the topic', () => {
    const untried = rollups.flatMap(({ rollup, figures }) => {
      const lines = named.filter((line) => line.startsWith(`${rollup} `));
      const isNamed = (figure: string): boolean =>
        lines.some((line) => figures.length === 1 || line.includes(` ${figure}: `));
      return figures.filter((figure) => !isNamed(figure)).map((figure) => `${rollup}.${figure}`);
    });
    expect(untried).toEqual([]);
  });
});

describe('a drift in one line', () => {
  const drift = { rollup: 'event_hours', place: 'e 2025-10-20T18:00Z', stored: '12', recomputed: '13' };

  it('names the rollup, the row, and both values', () => {
    expect(describeDrift({ ...drift, figure: undefined })).toBe(
      'event_hours e 2025-10-20T18:00Z: stored 12, recomputed 13',
    );
  });

  it('names the column where a row has several', () => {
    expect(describeDrift({ ...drift, figure: 'records' })).toBe(
      'event_hours e 2025-10-20T18:00Z records: stored 12, recomputed 13',
    );
  });
});
