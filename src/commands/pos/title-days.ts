import type { LocalDay } from '../../domain/values';
import { parseSaleMoment } from './days';
import type { Row } from './table';

const DAY_IN_TEXT =
  /\d{4}(?:[-./]\s?\d{1,2}[-./]\s?\d{1,2}|\s?년\s?\d{1,2}\s?월\s?\d{1,2}\s?일|\d{4})(?!\d)/g;

/** The days that titles name, each once. */
export function daysNamedIn(titles: readonly Row[]): readonly LocalDay[] {
  const texts = titles.flatMap(({ cells }) => cells.flatMap((cell) => cell.match(DAY_IN_TEXT) ?? []));
  return [...new Set(texts.flatMap((text) => parseSaleMoment(text)?.day ?? []))];
}
