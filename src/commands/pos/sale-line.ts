import type { LocalDay } from '../../domain/values';
import type { TotalWord } from './total-words';

/** A parsed line of an export. */
export type SaleLine =
  | Sale
  | TotalLine
  /** Neither a sale nor an error: an empty line, or a repeated header. */
  | { readonly kind: 'blank' | 'header' }
  /** A further line of a receipt whose amount stands in its first line. */
  | { readonly kind: 'continued' }
  /** A sale marked as cancelled, in an export that adds no line for the refund: the won that it was of. */
  | { readonly kind: 'cancelled'; readonly day: LocalDay; readonly amount: number }
  /** The sum of other lines, by its value: it has no word that says so. */
  | { readonly kind: 'sum'; readonly sign: SumSign; readonly amount: number }
  | BadLine;

/** What all lines of a kind have in a column: a word, or nothing. */
export interface SumSign {
  readonly column: number;
  /** Letters alone, as sums may name their day; empty for an empty cell. */
  readonly word: string;
}

export interface Sale {
  readonly kind: 'sale';
  readonly day: LocalDay;
  /** Won; negative for a refund. */
  readonly amount: number;
  /** Tells this sale from others of its store; sales that are alike in everything share it. */
  readonly identity: readonly string[];
  /** The same for all lines of a receipt; undefined where the line has no receipt number. */
  readonly receipt?: string | undefined;
  /** `HH:MM`; empty when no time stands beside the day. */
  readonly time: string;
  /** What its line says, with merged cells filled. */
  readonly cells: readonly string[];
  /** The line has the amount without a sign, and its mark takes it off. */
  readonly isTakenOffByMark?: true;
  /** What each of the columns of stores says. */
  readonly stores: readonly string[];
}

/** A sum over other lines, by the file itself. */
export interface TotalLine {
  readonly kind: 'total';
  readonly word: TotalWord;
  /** What the line calls itself, without its numbers. */
  readonly name: string;
  /** Won; undefined where the line has no figure. */
  readonly amount: number | undefined;
  /** The day that the line names. */
  readonly day: LocalDay | undefined;
}

export interface BadLine {
  readonly kind: 'bad';
  readonly problem: string;
  /** The line could be read in two ways, so that it must not be skipped either. */
  readonly isDoubt?: boolean;
}

/** A line with its number as an editor or a spreadsheet shows it. */
export interface NumberedLine {
  readonly number: number;
  readonly line: SaleLine;
}
