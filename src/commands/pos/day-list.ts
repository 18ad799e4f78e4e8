import type { LocalDay } from '../../domain/values';
import { formsOf, OF_THINGS } from './column-names';
import { parseTime } from './days';
import type { Layout } from './layout';
import type { NumberedLine, Sale } from './sale-line';

/** Notices a list of days, while its lines are read. */
export interface DayListCheck {
  add(line: NumberedLine): void;
  /** Whether each line says what a day has made, and not what was sold once. */
  isDayList(): boolean;
}

/**
 * A list of days has one line for each, without a receipt or a time, whatever words it has beside its figures; only a name of what
 * was sold makes it another list, unless its title calls it one of days.
 */
export function createDayListCheck({
  columns,
  isCalledDayList,
}: Pick<Layout, 'columns' | 'isCalledDayList'>): DayListCheck {
  const { stores, day, names } = columns;
  const days = new Set<LocalDay>();
  let isOther = false;
  const others = [...names.keys()].filter((column) => column !== day && !stores.includes(column));
  const things = others.filter((column) => formsOf(names[column]!).some((form) => OF_THINGS.test(form)));
  const saysWhatWasSold = ({ cells }: Sale): boolean =>
    others.some((column) => {
      const cell = cells[column] ?? '';
      return parseTime(cell) !== undefined || (!isCalledDayList && things.includes(column) && cell !== '');
    });
  return {
    add({ line }) {
      if (line.kind !== 'sale' || isOther) return;
      isOther = line.receipt !== undefined || line.time !== '' || days.has(line.day) || saysWhatWasSold(line);
      days.add(line.day);
    },
    isDayList: () => !isOther && days.size > 0,
  };
}
