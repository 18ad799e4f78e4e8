import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { findLayout } from '../../../../src/commands/pos/layout';
import { readExport } from '../../../../src/commands/pos/export';
import {
  type KeptLayout,
  loadLayout,
  requireKeepable,
  saveLayout,
  shippedLayouts,
} from '../../../../src/commands/pos/layout-file';
import { openTables } from '../../../../src/commands/pos/open-tables';
import {
  type Given,
  isConfirmedFor,
  readFileOptions,
  readRefunds,
  readTotals,
  requireWholeDays,
  statedBy,
} from '../../../../src/commands/pos/import-options';
import type { NumberedLine } from '../../../../src/commands/pos/sale-line';
import { survey } from '../../../../src/commands/pos/survey';
import type { LocalDay, StoreId } from '../../../../src/domain/values';
import { fileOf } from './files';

const SAMPLES = path.join(__dirname, 'samples');
const PAGE = readFileSync(path.join(__dirname, '../../../../docs/pos.md'), 'utf8');
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const OTHER_STORE = '770e8400-e29b-41d4-a716-446655440001' as StoreId;

/** What the samples hold: won, counted lines, and whether the sample's own total says the same. */
const HOLD: Record<string, readonly [won: string, sales: number, refunds: number, isTotalled: boolean]> = {
  baemin: ['28,000', 2, 0, true],
  easypos: ['9,000', 2, 1, true],
  okpos: ['5,500', 2, 1, true],
  'okpos-day': ['13,000', 1, 1, true],
  payhere: ['12,000', 2, 1, true],
  shopify: ['26,000', 3, 1, false],
  square: ['12,000', 2, 1, false],
  tossplace: ['5,000', 2, 1, true],
  unionpos: ['12,000', 2, 1, true],
  uplus: ['12,000', 2, 1, true],
};

async function readSample(name: string): ReturnType<typeof survey> {
  const kept = loadLayout(name);
  const stated = statedBy(name === 'okpos-day' ? { date: '2026-10-03' } : {}, kept);
  const layout = findLayout(await openTables(path.join(SAMPLES, `${name}.csv`), {}), stated);
  const refunds = kept.refunds ?? 'subtract';
  const problems: string[] = [];
  const lines: AsyncIterable<NumberedLine> = readExport(layout, {
    ...{ stated, refunds, sums: [] },
    today: '2026-10-31' as LocalDay,
  });
  const surveyed = await survey(lines, {
    layout,
    onBad: (number, problem) => problems.push(`${number}: ${problem}`),
    onLine: () => undefined,
    signal: new AbortController().signal,
  });
  expect(problems).toEqual([]);
  return surveyed;
}

describe('the layouts that are shipped', () => {
  test('are those of the table', () => {
    expect(shippedLayouts()).toEqual(Object.keys(HOLD));
  });

  test.each(Object.entries(HOLD))('%s reads its sample', async (name, [won, sales, refunds, isTotalled]) => {
    const { found, totals } = await readSample(name);
    const net = (found.salesAmount - found.refundsAmount).toLocaleString('en-US');
    expect([net, found.sales, found.refunds]).toEqual([won, sales, refunds]);
    expect(totals).toEqual({ mismatches: [], isWholeChecked: isTotalled, notCompared: [] });
  });

  test.each(Object.entries(HOLD))(
    '%s stands in docs/pos.md as it reads',
    (name, [won, sales, refunds, isTotalled]) => {
      const row = PAGE.split('\n').find((line) => line.startsWith(`| \`${name}\` `));
      const cells = row?.split('|').map((cell) => cell.trim());
      expect(cells?.slice(3, 7)).toEqual([
        String(sales),
        String(refunds),
        won,
        isTotalled ? 'yes' : 'has none',
      ]);
    },
  );
});

/** Reads an export with options and a layout, and keeps how it was read. */
async function keep(file: string, content: string, given: Given, kept: KeptLayout = {}): Promise<KeptLayout> {
  const stated = statedBy(given, kept);
  const layout = findLayout(await openTables(fileOf(content), {}), stated);
  const { sheet } = readFileOptions(given, kept);
  const [refunds, totals] = [readRefunds(given, kept), readTotals(given, kept)];
  saveLayout(file, { name: kept.name, layout, stated, refunds, totals, sheet }, STORE);
  return loadLayout(file);
}

describe('options that do not go together', () => {
  test('days are not stated anew by a part of their lines', () => {
    const both = { 'replace-days': true, 'skip-bad-lines': true };
    expect(() => requireWholeDays(both)).toThrow(/^--replace-days: does not go with --skip-bad-lines/);
    for (const option of ['replace-days', 'skip-bad-lines'])
      expect(() => requireWholeDays({ ...both, [option]: false })).not.toThrow();
  });
});

describe('a layout that is kept', () => {
  test('names the columns as they were read, and the store that found it right', async () => {
    const file = fileOf('name: mine\n');
    const content = '영업일자,금액,금액,구분\n10/03/26,1,2,정상\n';
    const given = { 'amount-column': 'C', 'date-format': 'MM/DD/YY' };
    expect(await keep(file, content, given, { refunds: 'leave-out' })).toEqual({
      name: 'mine',
      columns: {
        ...{
          date: '영업일자',
          amount: 'C',
          receipt: 'none',
          till: 'none',
          refund: '구분',
          refundAmount: 'none',
        },
      },
      dateFormat: 'MM/DD/YY',
      refunds: 'leave-out',
      totals: 'check',
      confirmedFor: [STORE],
    });
    const again = findLayout(await openTables(fileOf(content), {}), statedBy({}, loadLayout(file)));
    expect(again.columns.amount).toBe(2);
  });

  test('keeps what options said, so that the next file is read alike', async () => {
    const given = {
      ...{ refunds: 'Leave-out', totals: 'ignore', sheet: '2' },
      ...{ 'date-format': 'MM/DD/YY', 'time-zone': 'Asia/Seoul' },
    };
    const kept = { name: 'mine', refunds: 'subtract', marks: { refunded: ['회수'] } } as const;
    const saved = await keep(fileOf('{}'), '영업일자,금액,구분\n10/03/26,1,정상\n', given, kept);
    expect(saved).toMatchObject({
      ...{ name: 'mine', refunds: 'leave-out', totals: 'ignore', sheet: '2' },
      ...{ dateFormat: 'MM/DD/YY', timeZone: 'Asia/Seoul', marks: { refunded: ['회수'] } },
    });
    expect([readRefunds({}, saved), readTotals({}, saved), readFileOptions({}, saved).sheet]).toEqual([
      'leave-out',
      'ignore',
      '2',
    ]);
  });

  test('leaves it open which lines of another file are sums', async () => {
    const saved = await keep(fileOf('{}'), '영업일자,금액\n2026-10-03,1\n', { 'sum-lines': 'leave-out' });
    expect(saved).not.toHaveProperty('sumLines');
  });

  test('keeps what was written into it by hand', async () => {
    const file = fileOf(
      '# Ours.\nsumLines: leave-out\ncolumns: { store: none }\nmarks: { refunded: [회수] }\n',
    );
    const saved = await keep(file, '영업일자,금액\n2026-10-03,1\n', {}, loadLayout(file));
    expect(saved).toMatchObject({
      ...{ sumLines: 'leave-out', marks: { refunded: ['회수'] }, confirmedFor: [STORE] },
      columns: { store: 'none', amount: '금액' },
    });
    expect(readFileSync(file, 'utf8')).toMatch(/^# Ours\.\n/);
  });

  test.each(['sumLines: leave-out', 'addDays: true', 'sheet: 매출'])(
    'is vouched for by nobody where it says more than the file was read by: %s',
    async (said) => {
      const file = fileOf(`${said}\nconfirmedFor: [${OTHER_STORE}]\n`);
      expect((await keep(file, '영업일자,금액\n2026-10-03,1\n', {})).confirmedFor).toEqual([]);
    },
  );

  test.each(['', '# Ours.\n'])('says nothing where its file is %j, and begins there', async (content) => {
    const file = fileOf(content);
    expect(loadLayout(file)).toEqual({});
    expect((await keep(file, '영업일자,금액\n2026-10-03,1\n', {})).confirmedFor).toEqual([STORE]);
    expect(readFileSync(file, 'utf8').startsWith(content)).toBe(true);
  });

  test('is looked at ahead of sending where another one is to be kept in its file', () => {
    const none = fileOf('amount: 금액\n');
    expect(() => requireKeepable(none)).toThrow(/^--save-layout: .*Unrecognized key: "amount"/s);
    expect(() => requireKeepable(fileOf(''))).not.toThrow();
    expect(() => requireKeepable(`${none}.yaml`)).not.toThrow();
    expect(() => requireKeepable(undefined)).not.toThrow();
  });

  test('leaves it open whether an amount is taken off that nobody was asked about yet', async () => {
    const content = '영업일자,금액,환불금액\n2026-10-03,1,0\n';
    const open = await keep(fileOf('{}'), content, {});
    expect(open.columns).not.toHaveProperty('refundAmount');
    const stated = await keep(fileOf('{}'), content, { 'refund-amount-column': 'none' });
    expect(stated.columns).toMatchObject({ refundAmount: 'none' });
  });

  test('keeps that a column does not name stores, once it was said', async () => {
    const content = '영업일자,매장,금액\n2026-10-03,포장,1\n';
    expect((await keep(fileOf('{}'), content, {})).columns).not.toHaveProperty('store');
    const saved = await keep(fileOf('{}'), content, { 'store-column': 'none' });
    expect(saved.columns).toMatchObject({ store: 'none' });
    expect(statedBy({}, saved).choice).toMatchObject({ store: 'none' });
  });

  test('stays right for other stores only as long as it reads the same', async () => {
    const content = '영업일자,금액,매출액\n2026-10-03,1,2\n';
    const file = fileOf('{}');
    const saved = await keep(file, content, { 'amount-column': '금액' });
    const ofOther = (): void => writeFileSync(file, stringify({ ...saved, confirmedFor: [OTHER_STORE] }));
    ofOther();
    expect((await keep(file, content, { 'amount-column': '금액' })).confirmedFor).toEqual([
      OTHER_STORE,
      STORE,
    ]);
    ofOther();
    expect((await keep(file, content, { 'amount-column': '매출액' })).confirmedFor).toEqual([STORE]);
    ofOther();
    const leftOut = { 'amount-column': '금액', refunds: 'leave-out' };
    expect((await keep(file, content, leftOut)).confirmedFor).toEqual([STORE]);
  });

  test('vouches for a file no more when an option reads it otherwise', () => {
    const kept: KeptLayout = { columns: { amount: '금액' }, confirmedFor: [STORE] };
    const isConfirmed = (given: Given, store = STORE): boolean => isConfirmedFor(store, given, kept);
    expect([isConfirmed({}), isConfirmed({ 'amount-column': '금액' })]).toEqual([true, true]);
    expect(isConfirmed({}, OTHER_STORE)).toBe(false);
    const otherwise: Given[] = [
      ...[{ 'amount-column': '매출액' }, { 'till-column': '포스' }],
      ...[{ refunds: 'leave-out' }, { 'date-format': 'MM/DD/YY' }, { 'time-zone': 'Asia/Seoul' }],
    ];
    expect(otherwise.filter((given) => isConfirmed(given))).toEqual([]);
  });

  test.each([
    ['columns: { amout: x }', /Unrecognized key: "amout"/],
    ['columns: [', /--layout: /],
    ['refunds: maybe', /refunds/],
  ])('%j is none', (content, sentence) => {
    expect(() => loadLayout(fileOf(content))).toThrow(sentence);
  });

  test('that is not there is asked for by the names that are', () => {
    expect(() => loadLayout('okpso')).toThrow(/no layout of that name \(baemin, easypos, okpos/);
  });
});
