import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { isMap, parse, parseDocument, stringify, YAMLParseError } from 'yaml';
import { z } from 'zod';
import type { StoreId } from '../../domain/values';
import { CommandError } from '../fail';
import { letterOf } from './column-choice';
import { shown } from './column-names';
import type { Columns } from './columns';
import type { Layout, Stated } from './layout';

/** Layouts of common exports, one file each. */
const SHIPPED = path.join(__dirname, 'layouts');

const column = z.string().min(1);
/** An empty word says what an empty cell means. */
const words = z.array(z.string()).readonly();

/** How the exports of a POS are read, kept for further imports. Every part may be missing: then it is found by the header. */
const keptLayout = z.strictObject({
  name: z.string().optional(),
  columns: z
    .strictObject({
      date: column,
      amount: column,
      receipt: column,
      till: column,
      refund: column,
      refundAmount: column,
      store: column,
    })
    .partial()
    .optional(),
  dateFormat: z.string().optional(),
  timeZone: z.string().optional(),
  refunds: z.enum(['subtract', 'leave-out']).optional(),
  totals: z.enum(['check', 'ignore']).optional(),
  sheet: z.string().optional(),
  /** What the words of the refund column mean. */
  marks: z.strictObject({ sold: words, refunded: words, leftOut: words }).partial().optional(),
  amounts: z.enum(['line', 'receipt']).optional(),
  sumLines: z.enum(['leave-out', 'sales']).optional(),
  /** Lists of one line a day are added as they stand. */
  addDays: z.boolean().optional(),
  /** Stores whose owner has looked at an import by this layout and found it right. */
  confirmedFor: z.array(z.uuid()).optional(),
});
export type KeptLayout = z.infer<typeof keptLayout>;

/** The names of the layouts that come with the command. */
export function shippedLayouts(): readonly string[] {
  return readdirSync(SHIPPED)
    .flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : []))
    .sort();
}

/**
 * Loads a layout by the name of one that is shipped, or from a file.
 *
 * @throws CommandError when there is none, or it is none
 */
export function loadLayout(nameOrFile: string): KeptLayout {
  const isShipped = shippedLayouts().includes(nameOrFile);
  const file = isShipped ? path.join(SHIPPED, `${nameOrFile}.yaml`) : nameOrFile;
  if (!existsSync(file))
    throw new CommandError(
      `--layout: there is no file "${nameOrFile}", and no layout of that name (${shippedLayouts().join(', ')})`,
    );
  return parseLayout(readFileSync(file, 'utf8'), '--layout');
}

/** How an export was read, with all that options and a layout said of it. */
export interface Reading extends Pick<KeptLayout, 'name' | 'sheet' | 'addDays'> {
  readonly layout: Layout;
  readonly stated: Stated;
  readonly refunds: KeptLayout['refunds'];
  readonly totals: NonNullable<KeptLayout['totals']>;
}

/**
 * Keeps how an export was read, beside what else the file says, and that it is right for this store: as long as the file says no
 * more than the export was read by. Stores for which it already says so stay where it reads the same.
 *
 * @throws CommandError when the file is there and is no layout
 */
export function saveLayout(file: string, reading: Reading, storeId: StoreId): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const before = text === undefined ? {} : parseLayout(text, '--save-layout');
  const saved = toKeep(reading);
  const whole = { ...before, ...saved, columns: { ...before.columns, ...saved.columns } };
  const others = readsAlike(before, whole) ? (before.confirmedFor ?? []) : [];
  const { sumLines } = whole.sumLines === undefined ? whole : reading.stated;
  const own = readsAlike({ ...saved, sumLines }, whole) ? [storeId] : [];
  writeFileSync(file, written(text, { ...whole, confirmedFor: [...new Set([...others, ...own])] }));
}

/**
 * @throws CommandError when a layout is to be kept in a file that holds something else
 */
export function requireKeepable(file: string | undefined): void {
  if (file !== undefined && existsSync(file)) parseLayout(readFileSync(file, 'utf8'), '--save-layout');
}

/** In what stands there, so that remarks on lines of their own stay; those within a part go with it. */
function written(text: string | undefined, layout: KeptLayout): string {
  const document = parseDocument(text ?? '');
  if (document.contents === null) return `${text ?? ''}${stringify(layout)}`;
  if (!isMap(document.contents) || document.contents.flow === true) return stringify(layout);
  for (const [key, value] of Object.entries(layout)) document.set(key, document.createNode(value));
  return String(document);
}

function toKeep({ layout, stated, refunds, totals, name, sheet, addDays }: Reading): KeptLayout {
  // Which lines are sums is answered for one file: in the next one, a sale may look like these.
  const { writing, amounts } = stated;
  const { format, timeZone } = writing;
  return {
    ...(name === undefined ? {} : { name }),
    columns: {
      ...columnsToKeep(layout.columns, stated.choice),
      ...(stated.choice.store === undefined ? {} : { store: stated.choice.store }),
    },
    ...(format === undefined ? {} : { dateFormat: format }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(refunds === undefined ? {} : { refunds }),
    totals,
    ...(sheet === undefined ? {} : { sheet }),
    ...(amounts === undefined ? {} : { amounts }),
    ...(addDays === true ? { addDays } : {}),
    ...(Object.keys(stated.markWords).length === 0 ? {} : { marks: stated.markWords }),
  };
}

/** Whether an owner who has found one of the two right has seen the other one's figures, too. */
function readsAlike(one: KeptLayout, other: KeptLayout): boolean {
  const figuresOf = ({ refunds, addDays, sheet, ...kept }: KeptLayout): unknown => [
    ...[addDays === true, sheet],
    ...[kept.columns, kept.dateFormat, kept.timeZone, kept.marks, kept.amounts, kept.sumLines],
    refunds ?? 'subtract',
  ];
  return isDeepStrictEqual(figuresOf(one), figuresOf(other));
}

/** A file that is empty, or holds nothing but remarks, says nothing. */
function parseLayout(text: string, option: '--layout' | '--save-layout'): KeptLayout {
  try {
    const read = keptLayout.safeParse(parse(text) ?? {});
    if (read.success) return read.data;
    throw new CommandError(`${option}: ${z.prettifyError(read.error)}`);
  } catch (cause) {
    if (cause instanceof YAMLParseError) throw new CommandError(`${option}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** Columns by name, or by letter where the name is not enough. */
function columnsToKeep({ names, ...columns }: Columns, stated: Stated['choice']): KeptLayout['columns'] {
  const texts = names.map(shown);
  const called = (index: number): string =>
    texts.filter((text) => text === texts[index]).length === 1 ? texts[index]! : letterOf(index);
  const orNone = (index: number | undefined): string => (index === undefined ? 'none' : called(index));
  const [mark, ...furtherMarks] = columns.marks;
  return {
    ...(columns.day === undefined ? {} : { date: called(columns.day) }),
    amount: called(columns.amount),
    receipt: orNone(columns.receipt),
    till: orNone(columns.till),
    ...(stated.refund === 'none' ? { refund: 'none' } : {}),
    // Several are found again by their names, and one choice could not say them; that there is none has to be stated.
    ...(mark === undefined || furtherMarks.length > 0 ? {} : { refund: called(mark.column) }),
    // What has not been asked about yet is asked about for the next file.
    ...(columns.refundAmountsInDoubt.length === 0 ? { refundAmount: orNone(columns.refundAmount) } : {}),
  };
}
