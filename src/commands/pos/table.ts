/** A line of an export. */
export interface Row {
  /** As an editor or a spreadsheet numbers it; of a line that a field breaks, its first. */
  readonly number: number;
  /** As `plainCell` gives them. */
  readonly cells: readonly string[];
  /** Columns whose cell is merged with the one above, where the file tells it. */
  readonly mergedWithAbove?: ReadonlySet<number> | undefined;
}

/** An export as lines of cells, whatever kind of file it is. */
export interface Table {
  /** What it was read as: "utf-8, commas between the columns". */
  readonly description: string;
  /** The sheet's name, in a workbook. */
  readonly sheet?: string | undefined;
  /** Enough of the first lines to find the header and to see what the columns hold. */
  readonly beginning: readonly Row[];
  /** All lines, from the first on. May be asked for more than once. */
  rows(): AsyncIterable<Row> | Iterable<Row>;
}
