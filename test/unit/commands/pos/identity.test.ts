import { createIdentities } from '../../../../src/commands/pos/identity';
import type { Sale } from '../../../../src/commands/pos/sale-line';
import type { StoreId } from '../../../../src/domain/values';
import { read } from './files';

const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;

async function idsOf(content: string, storeId = STORE): Promise<string[]> {
  const idOf = createIdentities(storeId);
  const { lines } = await read(content);
  return lines.flatMap(({ line }) => (line.kind === 'sale' ? [idOf(line)] : []));
}

const HEADER = '일자,메뉴,매출액\n';
const LATTE = '2025-10-22,라떼,"5,000"\n';
const TEA = '2025-10-22,차,"4,000"\n';

describe('the ids of sales', () => {
  test('are those of RFC 9562, version 5, in the namespace that docs/pos.md names', () => {
    const sale: Sale = {
      kind: 'sale',
      day: '2025-10-22' as Sale['day'],
      amount: 5_000,
      identity: ['line', '2025-10-22', '5000', '라떼'],
      ...{ time: '', cells: [], stores: [] },
    };
    const idOf = createIdentities(STORE);
    // By Python: uuid5(UUID('6f2c1d5e-9a7b-4c3e-8d10-5b7e2f4a9c61'), '\x1f'.join([STORE, 'line', …, '라떼', '1'])), and '2'.
    expect([idOf(sale), idOf(sale)]).toEqual([
      '034e4158-3d31-5510-8823-bcf5e0958425',
      'fc07d4b7-51a3-5fc1-9e50-ad3ff32e8369',
    ]);
  });

  test('are the same for the same file, for other ways to write it, and for the lines of a longer one', async () => {
    const first = await idsOf(HEADER + LATTE + TEA + LATTE);
    expect(new Set(first).size).toBe(3);
    expect(await idsOf(HEADER + LATTE + TEA + LATTE)).toEqual(first);
    expect(await idsOf('일자;메뉴;매출액\r\n2025.10.22;라떼;₩5000\r\n2025/10/22;차 ;4000원\r\n')).toEqual(
      first.slice(0, 2),
    );
    const longer = await idsOf(HEADER + TEA + LATTE + LATTE + LATTE);
    expect(longer.filter((id) => !first.includes(id))).toHaveLength(1);
    expect(first.filter((id) => !longer.includes(id))).toEqual([]);
  });

  test('tell two sales apart that differ in nothing but the time beside their day', async () => {
    const header = '거래일시,메뉴,매출액\n';
    const morning = await idsOf(`${header}2025-10-22 10:00:05,라떼,5000\n`);
    const afternoon = await idsOf(`${header}2025-10-22 15:00:41,라떼,5000\n`);
    const wholeDay = await idsOf(
      `${header}2025/10/22  10:00:05,라떼,"5,000"\n2025-10-22T15:00:41,라떼,5000\n`,
    );
    expect(wholeDay).toEqual([...morning, ...afternoon]);
    expect(new Set(wholeDay).size).toBe(2);
  });

  test('are others in another store', async () => {
    const other = await idsOf(HEADER + LATTE, '770e8400-e29b-41d4-a716-446655440001' as StoreId);
    expect(other).not.toEqual(await idsOf(HEADER + LATTE));
  });

  test('do not hang on where the line stands in the file', async () => {
    const header = 'No,일자,메뉴,매출액,누계\n';
    const early = await idsOf(`${header}1,2025-10-21,차,4000,4000\n2,2025-10-22,라떼,5000,9000\n`);
    const newestFirst = await idsOf(
      `${header}1,2025-10-23,물,100,100\n2,2025-10-22,라떼,5000,5100\n3,2025-10-21,차,4000,9100\n`,
    );
    expect(newestFirst.slice(1).reverse()).toEqual(early);
  });

  test('are the receipt where there is one, whatever else the line says', async () => {
    const header = '일자,포스번호,영수증번호,메뉴,구분,매출액\n';
    const lines = [
      '2025-10-22,01,0007,라떼,정상,5000\n',
      '2025-10-22,02,0007,라떼,정상,5000\n',
      '2025-10-23,01,0007,라떼,정상,5000\n',
      '2025-10-22,01,0007,라떼,취소,5000\n',
      '2025-10-22,01,0007,쿠키,정상,3000\n',
      '2025-10-22,01,,라떼,정상,5000\n',
    ];
    const ids = await idsOf(header + lines.join(''));
    expect(new Set(ids).size).toBe(6);
    expect(await idsOf(`${header}2025-10-22,01,0007,카페라떼,정상,5000\n`)).toEqual([ids[0]]);
  });
});
