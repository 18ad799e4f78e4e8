import { inTurn } from '../../../src/resolvers/in-turn';

describe('a piece of an answer', () => {
  it('is computed without a promise as long as it may go on', () => {
    const giveWay = () => Promise.reject(new Error('It need not wait.'));
    expect(inTurn({ mayGoOn: () => true, giveWay }, () => 'made')).toBe('made');
  });

  it('is computed when it has let others pass, where it may not', async () => {
    const order: string[] = [];
    const giveWay = () => Promise.resolve().then(() => void order.push('others'));
    const made = inTurn({ mayGoOn: () => false, giveWay }, () => order.push('made'));
    expect(order).toEqual([]);
    await made;
    expect(order).toEqual(['others', 'made']);
  });
});
