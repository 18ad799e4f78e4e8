import { type ExportOptions, readExport } from './export';
import type { Layout } from './layout';
import { createUntoldSums, type SumSign } from './untold-sums';

/** Finds what the sums of a file have that are to be left out: those of receipts, then those of days, which are sums over the rest. */
export async function findSumsToLeaveOut(
  layout: Layout,
  options: Omit<ExportOptions, 'sums'>,
): Promise<readonly SumSign[]> {
  const found: SumSign[] = [];
  if (options.stated.sumLines !== 'leave-out') return found;
  for (;;) {
    const check = createUntoldSums(layout.columns);
    for await (const line of readExport(layout, { ...options, sums: found })) check.add(line);
    const more = check.result();
    if (more.length === 0) return found;
    found.push(...more);
  }
}
