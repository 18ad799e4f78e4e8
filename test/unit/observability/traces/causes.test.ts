import { createCauses, MOST_CAUSES } from '../../../../src/observability/traces/causes';

describe('the causes of a piece of work', () => {
  test('are taken once, each once, and no more than can be linked to', () => {
    const causes = createCauses();
    causes.add(undefined);
    expect(causes.take()).toEqual([]);
    for (const cause of ['one', 'other', 'one']) causes.add(cause);
    expect(causes.take()).toEqual(['one', 'other']);
    expect(causes.take()).toEqual([]);
    for (let index = 0; index < 100; index++) causes.add(String(index));
    expect(causes.take()).toHaveLength(MOST_CAUSES);
  });
});
