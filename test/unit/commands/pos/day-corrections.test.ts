import { correctionsOf, messagesOf, statedDays } from '../../../../src/commands/pos/day-corrections';
import type { StoredDay } from '../../../../src/database/sales';
import type { LocalDay, StoreId } from '../../../../src/domain/values';
import type { NumberedLine } from '../../../../src/commands/pos/sale-line';
import { read } from './files';

const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const DAY = '2026-10-03' as LocalDay;

const stored = (amount: bigint, othersAmount: bigint, othersDigest: string): StoredDay => ({
  ...{ day: DAY, amount, othersAmount, othersDigest },
});

async function* linesOf(...file: Parameters<typeof read>): AsyncGenerator<NumberedLine> {
  yield* (await read(...file)).lines;
}

test('a day whose sales were all cancelled is stated with nothing', async () => {
  const file = '일자,영수증번호,상태,금액\n2026-10-03,1,취소,1000\n2026-10-04,2,정상,700\n';
  expect(await statedDays(linesOf(file, {}, 'leave-out'), STORE)).toMatchObject([
    { day: DAY, amount: 0n, ids: [] },
    { day: '2026-10-04', amount: 700n },
  ]);
});

describe('what sets a day right', () => {
  const stated = () =>
    statedDays(linesOf('일자,영수증번호,금액\n2026-10-03,1,1000\n2026-10-03,2,700\n'), STORE);

  test('is there once each sale of the file is stored, and what balances the day', async () => {
    const days = await stated();
    const [balance] = correctionsOf(STORE, days, [stored(500n, 500n, 'a')]);
    expect(messagesOf(days, [balance!])).toEqual([...days[0]!.ids, balance!.messageId]);
    expect(days[0]!.ids).toHaveLength(2);
    expect(messagesOf(days, correctionsOf(STORE, days, []))).toEqual(days[0]!.ids);
  });

  test('balances all that is stored beside the sales of the file, however many of these are stored already', async () => {
    const days = await stated();
    expect(days).toMatchObject([{ day: DAY, amount: 1_700n }]);
    const [none] = correctionsOf(STORE, days, [stored(500n, 500n, 'a')]);
    const [half] = correctionsOf(STORE, days, [stored(1_500n, 500n, 'a')]);
    expect(none).toMatchObject({ was: 500n, is: 1_700n, correction: -500n });
    expect(half).toMatchObject({ was: 1_500n, is: 1_700n, correction: -500n, messageId: none!.messageId });
  });

  test('is another message for another state of the day, and none where nothing else is stored', async () => {
    const days = await stated();
    const [one] = correctionsOf(STORE, days, [stored(500n, 500n, 'a')]);
    const [other] = correctionsOf(STORE, days, [stored(500n, 500n, 'b')]);
    expect(other!.messageId).not.toBe(one!.messageId);
    expect(correctionsOf(STORE, days, [stored(1_700n, 0n, 'c')])).toMatchObject([{ correction: 0n }]);
    expect(correctionsOf(STORE, days, [])).toMatchObject([{ was: 0n, is: 1_700n, correction: 0n }]);
  });
});
