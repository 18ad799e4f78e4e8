import type { LocalDay } from '../../domain/values';
import { parseTime } from './days';
import type { Layout } from './layout';
import type { NumberedLine, Sale } from './sale-line';

const WEEKDAY = /^[월화수목금토일](?:요일)?$/;

/** Notices a list of days, while its lines are read. */
export interface DayListCheck {
  add(line: NumberedLine): void;
  /** Whether each line says what a day has made, and not what was sold once. */
  isDayList(): boolean;
}

/**
 * A list of days has one line for each, with figures alone: no receipt, no time, nothing that was sold. Where its title calls it so,
 * it may have words, too.
 */
export function createDayListCheck({
  columns,
  isCalledDayList,
}: Pick<Layout, 'columns' | 'isCalledDayList'>): DayListCheck {
  const { stores, day, names } = columns;
  const days = new Set<LocalDay>();
  let isOther = false;
  const others = [...names.keys()].filter((column) => column !== day && !stores.includes(column));
  const saysWhatWasSold = ({ cells }: Sale): boolean =>
    others.some((column) => {
      const cell = cells[column] ?? '';
      return (
        parseTime(cell) !== undefined || (!isCalledDayList && /\p{L}/u.test(cell) && !WEEKDAY.test(cell))
      );
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
