import { correctionsOf, statedDays } from '../../../../src/commands/pos/day-corrections';
import type { StoredDay } from '../../../../src/database/sales';
import type { LocalDay, StoreId } from '../../../../src/domain/values';
import { read } from './files';

const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const DAY = '2026-10-03' as LocalDay;

const stored = (amount: bigint, othersAmount: bigint, othersDigest: string): StoredDay => ({
  ...{ day: DAY, amount, othersAmount, othersDigest },
});

describe('what sets a day right', () => {
  const stated = async () =>
    statedDays(
      (async function* () {
        yield* (await read('일자,영수증번호,금액\n2026-10-03,1,1000\n2026-10-03,2,700\n')).lines;
      })(),
      STORE,
    );

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
