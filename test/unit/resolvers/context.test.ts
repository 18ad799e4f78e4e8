import { scheduled } from '../../../src/resolvers/context';

describe('a piece of an answer', () => {
  it('is computed without a promise while it need not yield', () => {
    const yieldToLoop = () => Promise.reject(new Error('It need not wait.'));
    expect(scheduled({ canContinue: () => true, yieldToLoop }, () => 'made')).toBe('made');
  });

  it('is computed after yielding, where it has to', async () => {
    const order: string[] = [];
    const yieldToLoop = () => Promise.resolve().then(() => void order.push('others'));
    const made = scheduled({ canContinue: () => false, yieldToLoop }, () => order.push('made'));
    expect(order).toEqual([]);
    await made;
    expect(order).toEqual(['others', 'made']);
  });
});
