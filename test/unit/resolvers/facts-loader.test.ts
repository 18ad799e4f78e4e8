import { randomUUID } from 'node:crypto';
import { bitOf, bothOf, NO_FACTS } from '../../../src/database/facts/kinds';
import type { FactsWanted } from '../../../src/database/facts/read-facts';
import { createFactsLoader } from '../../../src/resolvers/loaders/facts';
import type { EventId } from '../../../src/domain/values';

const [one, other, third] = [randomUUID(), randomUUID(), randomUUID()] as EventId[] as [
  EventId,
  EventId,
  EventId,
];

/** Which events each statement was asked for; no event is known to the database. */
function openLoader() {
  const statements: EventId[][] = [];
  const loader = createFactsLoader((wanted: readonly FactsWanted[]) => {
    statements.push(wanted.map(({ eventId }) => eventId));
    return Promise.resolve(wanted.map(() => null));
  });
  return { loader, statements };
}

describe('what an operation reads of events', () => {
  it('comes in one statement for all who ask in the same turn, each in its place', async () => {
    const { loader, statements } = openLoader();
    const found = await Promise.all([
      loader.loadAll([one, other], NO_FACTS),
      loader.load(third, NO_FACTS),
      loader.loadAll([], NO_FACTS),
    ]);
    expect(found).toEqual([[null, null], null, []]);
    expect(statements).toEqual([[one, other, third]]);
  });

  it('is not read twice: of several only what is not known', async () => {
    const { loader, statements } = openLoader();
    await loader.load(one, bitOf('channels'));
    await loader.loadAll([one, other, one], bitOf('channels'));
    await loader.loadAll([other, one], NO_FACTS);
    expect(statements).toEqual([[one], [other]]);
  });

  it('is read anew by a resolver that needs more of it', async () => {
    const { loader, statements } = openLoader();
    await loader.loadAll([one, other], bitOf('channels'));
    await loader.loadAll([one, other], bothOf(bitOf('channels'), bitOf('hours')));
    expect(statements).toEqual([
      [one, other],
      [one, other],
    ]);
  });

  it('fails for all of a statement', async () => {
    const loader = createFactsLoader(() => Promise.reject(new Error('The database is away.')));
    const asked = await Promise.allSettled([
      loader.loadAll([one, other], NO_FACTS),
      loader.load(one, NO_FACTS),
    ]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
