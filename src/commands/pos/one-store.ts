import { CommandError } from '../fail';
import { shown } from './column-names';
import type { Columns } from './columns';
import type { Survey } from './survey';

/**
 * Makes sure that the sales of a chain are not taken for those of one store.
 *
 * @throws CommandError when the sales name several
 */
export function requireOneStore({ names, stores }: Columns, found: Pick<Survey, 'stores'>): void {
  for (const [place, column] of stores.entries()) {
    const count = found.stores[place]?.size ?? 0;
    if (count <= 1) continue;
    throw new CommandError(
      `"${shown(names[column]!)}" names ${count} stores, so nothing was imported: import a file for each. If it tells ` +
        'something else, say --store-column none.',
    );
  }
}
