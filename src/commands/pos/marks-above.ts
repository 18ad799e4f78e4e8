import { parseWon } from './amounts';
import { doubt } from './bad-lines';
import { shown } from './column-names';
import type { Columns } from './columns';
import type { Mark } from './marks';
import type { BadLine } from './sale-line';

/**
 * Remembers what marks say above. Where a column says also that something was sold, an empty cell below a refund may be merged
 * with it.
 */
export function createMarksAbove({ marks, names, amount }: Columns): {
  findOpen(cells: readonly string[]): BadLine | undefined;
} {
  const said = new Map<number, { readonly mark: Mark; readonly word: string }>();
  return {
    findOpen(cells) {
      for (const { column, read, saysSold } of marks) {
        const word = cells[column] ?? '';
        const mark = read(word);
        if (word !== '' && mark !== undefined) said.set(column, { mark, word });
        const above = said.get(column);
        if (word !== '' || !saysSold || above === undefined || above.mark === 'sold') continue;
        if ((parseWon(cells[amount] ?? '') ?? 0) <= 0) continue;
        return doubt(
          `${shown(names[column]!)}: is empty below "${above.word}", and may be merged with it. Fill it, or say in a layout ` +
            "(marks) that an empty one was sold: sold: ['']",
        );
      }
      return undefined;
    },
  };
}
