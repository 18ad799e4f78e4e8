import type { Check } from '../../../src/database/verification/check';
import { createBusinessCalendar } from '../../../src/domain/calendar';
import { createProjections } from '../../../src/workers/projections/registry';
import { rollupChecks } from '../../../src/workers/verification/verify';
import { ZONE } from '../oracle/moments';

const FIRST = '00000000-0000-0000-0000-000000000000';
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/**
 * Recomputes every rollup from the raw rows, by the checks themselves: verification without the log finds nothing wrong
 * then, whatever rows are missing.
 */
export const RECOUNT: readonly string[] = rollupChecks(
  createProjections(createBusinessCalendar(ZONE), undefined),
).map(recount);

function recount({ rollup, keys, figures, absent, stored, recomputed }: Check): string {
  const of = figures.map((figure) => (absent === '0' ? `coalesce(r.${figure}, 0)` : `r.${figure}`));
  const isSame = keys.map((key) => `t.${key} = s.${key}`).join(' AND ');
  const statement = `UPDATE ${rollup} AS t SET (${figures.join(', ')}) = ROW (${of.join(', ')})
    FROM (${stored}) AS s LEFT JOIN (${recomputed}) AS r USING (${keys.join(', ')}) WHERE ${isSame}`;
  return statement.replaceAll('$1', `'${FIRST}'`).replaceAll('$2', `'${LAST}'`);
}
