import { type ExportOptions, readExport } from './export';
import type { Layout } from './layout';
import type { SumSign } from './sale-line';
import { createUntoldSums, SPANS } from './untold-sums';

/**
 * Finds what the sums of a file have that are to be left out: those of receipts, then those of days, which are sums over the rest.
 * Below a sum of a day none of another day is left out, as it was not asked about: what adds up only then is sold.
 */
export async function findSumsToLeaveOut(
  layout: Layout,
  options: Omit<ExportOptions, 'sums'>,
): Promise<readonly SumSign[]> {
  const found: SumSign[] = [];
  if (options.stated.sumLines !== 'leave-out') return found;
  let widest = -1;
  for (;;) {
    const check = createUntoldSums(layout.columns);
    for await (const line of readExport(layout, { ...options, sums: found })) check.add(line);
    const wider = check.result().filter(({ span }) => SPANS.indexOf(span) > widest);
    if (wider.length === 0) return found;
    found.push(...wider);
    widest = Math.max(...wider.map(({ span }) => SPANS.indexOf(span)));
  }
}
