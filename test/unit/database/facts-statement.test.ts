import { bitOf, covers, FACT_KINDS, type FactKinds } from '../../../src/database/facts/kinds';
import { factsStatement } from '../../../src/database/facts/statement';

/** Every set of kinds that an operation can want. */
const EVERY_SET = Array.from({ length: 1 << FACT_KINDS.length }, (_, kinds) => kinds as FactKinds);

describe('the statements that facts are read by', () => {
  it('are few, whatever is wanted together: a server keeps each of them planned on every connection', () => {
    expect(new Set(EVERY_SET.map(factsStatement)).size).toBeLessThanOrEqual(34);
  });

  it('have the part of each kind that is wanted', () => {
    for (const kinds of EVERY_SET) {
      const text = factsStatement(kinds);
      const missing = FACT_KINDS.filter(
        (kind) => covers(kinds, bitOf(kind)) && !text.includes(`kinds & ${bitOf(kind)} <> 0`),
      );
      expect(missing).toEqual([]);
    }
  });

  it('read no history where none is wanted', () => {
    const lean = EVERY_SET.filter((kinds) => !covers(kinds, bitOf('history'))).map(factsStatement);
    expect(lean.filter((text) => text.includes('store.store_id'))).toEqual([]);
  });

  it('are the same for what is the same', () => {
    expect(EVERY_SET.map(factsStatement)).toEqual(EVERY_SET.map(factsStatement));
  });
});
