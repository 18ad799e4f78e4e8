import fc from 'fast-check';
import type { EventFigures } from '../../../src/domain/comparison';
import type { IndustryFacts } from '../../../src/domain/facts';
import {
  countsTowardsIndustry,
  industryMean,
  industrySums,
  mayBeShown,
  NO_SUMS,
} from '../../../src/domain/industry';
import { industryReference, readIndustryReference } from '../../../src/domain/industry-reference';
import { divideRounded, percentFromTenths, tenthsOf } from '../../../src/domain/rounding';
import type { Industry } from '../../../src/domain/values';
import { at, count, countFacts, eventFacts, percent } from './facts-of';
import { seeded } from '../../harness/seeded';

const cafes = '카페' as Industry;
const shipped = { participationRate: 5.5, roi: 180, conversionRate: 6 };

function figures(value: number): EventFigures {
  const shown = percent(value);
  return {
    participationRate: shown,
    roi: shown,
    conversionRate: shown,
    participants: count(1),
    salesGrowth: shown,
  };
}

/** The events of one store after the other; the first store asks, unless it owns no store. */
function industryOf(
  stores: readonly (readonly number[])[],
  { asksFirst = true, alsoKnown = 0 } = {},
): IndustryFacts {
  const own = stores[0]?.map(figures) ?? [];
  const isIn = asksFirst && own.length > 0;
  return {
    stores: stores.filter((events) => events.length > 0).length,
    knownStores: alsoKnown + (isIn ? 1 : 0),
    total: industrySums(stores.flat().map(figures)),
    own: isIn ? industrySums(own) : null,
  };
}

const averagesOf = (facts: IndustryFacts) => industryMean(cafes, facts).averages;

describe('the average of an industry', () => {
  it('is the mean over the events of all other stores, and says how many they are', () => {
    const mean = industryMean(cafes, industryOf([[999], [1], [2], [3], [4], [5, 6]]));
    expect(mean).toMatchObject({ stores: 5, averages: { roi: 3.5 } });
  });

  it('is the reference value while fewer than five other stores are in it, however many events they have', () => {
    const reference = { stores: 0, averages: shipped };
    expect(industryMean(cafes, industryOf([[999], [1], [2], [3], [4, 5, 6, 7]]))).toEqual(reference);
    expect(industryMean(cafes, industryOf([[1], [2], [3], [4], [5]]))).toEqual(reference);
    const noStores = { stores: 0, knownStores: 0, total: NO_SUMS, own: null };
    expect(industryMean(cafes, noStores)).toEqual(reference);
  });

  it('is the reference value for a viewer who knows all of them but fewer than five', () => {
    const stores = [[999], [1], [2], [3], [4], [5], [6]];
    expect(averagesOf(industryOf(stores, { alsoKnown: 1 })).roi).toBe(3.5);
    expect(averagesOf(industryOf(stores, { alsoKnown: 2 }))).toEqual(shipped);
    expect(averagesOf(industryOf(stores, { alsoKnown: 6 }))).toEqual(shipped);
  });

  it('takes a fifth store as enough when the asking one has no event in it', () => {
    expect(averagesOf(industryOf([[1], [2], [3], [4], [6]], { asksFirst: false })).roi).toBe(3.2);
  });

  it('rounds half away from zero', () => {
    const stores = [[], [0.1], [0.1], [0.1], [0.2], [0.2], [0.2]];
    expect(averagesOf(industryOf(stores, { asksFirst: false })).roi).toBe(0.2);
    const losses = stores.map((events) => events.map((value) => -value));
    expect(averagesOf(industryOf(losses, { asksFirst: false })).roi).toBe(-0.2);
  });

  it('is what a slow recomputation over the other stores gives', () => {
    const value = fc.integer({ min: -20_000, max: 20_000 }).map((tenths) => tenths / 10);
    const stores = fc.array(fc.array(value, { minLength: 1, maxLength: 4 }), { minLength: 6, maxLength: 12 });
    fc.assert(
      fc.property(stores, (all) => {
        const others = all.slice(1).flat();
        const sum = others.reduce((total, each) => total + tenthsOf(percent(each)), 0n);
        const expected = percentFromTenths(divideRounded(sum, BigInt(others.length)));
        expect(averagesOf(industryOf(all)).conversionRate).toBe(expected);
      }),
      seeded(),
    );
  });
});

describe('an average that was made for a viewer of its event alone', () => {
  it('may be shown to readers of more stores, as long as five are left whichever these are', () => {
    expect(mayBeShown(5, 1)).toBe(true);
    expect(mayBeShown(5, 2)).toBe(false);
    expect(mayBeShown(8, 4)).toBe(true);
    expect(mayBeShown(8, 5)).toBe(false);
    expect(mayBeShown(0, 500)).toBe(true);
  });

  it('is never shown to anybody who would be told the reference value', () => {
    const counts = fc.record({
      others: fc.nat(20),
      known: fc.nat(20),
      elsewhere: fc.nat(5),
      isIn: fc.boolean(),
    });
    fc.assert(
      fc.property(counts, ({ others, known, elsewhere, isIn }) => {
        const stores = Array.from({ length: others + 1 }, (_, index) =>
          index === 0 && !isIn ? [] : [index],
        );
        const alsoKnown = Math.min(known, others);
        const kept = industryMean(cafes, industryOf(stores, { asksFirst: isIn }));
        if (!mayBeShown(kept.stores, 1 + alsoKnown + elsewhere)) return;
        expect(industryMean(cafes, industryOf(stores, { asksFirst: isIn, alsoKnown }))).toEqual(kept);
      }),
      seeded(),
    );
  });
});

it('an event counts towards its industry once it has started and has a participant', () => {
  const event = eventFacts({ startAt: at('2025-10-15T00:00:00Z') });
  const asks = (participants: number, now: string) =>
    countsTowardsIndustry(event, countFacts(participants), at(now));
  expect(asks(1, '2025-10-15T00:00:00Z')).toBe(true);
  expect(asks(1, '2025-10-14T23:59:59.999Z')).toBe(false);
  expect(asks(0, '2025-10-16T00:00:00Z')).toBe(false);
});

describe('the reference table', () => {
  it('that is shipped gives every industry the common averages', () => {
    expect(industryReference(cafes)).toEqual(shipped);
    expect(industryReference('constructor' as Industry)).toEqual(shipped);
  });

  it('may give an industry averages of its own, all or some, and finds it however its name was typed', () => {
    const reference = readIndustryReference({
      default: shipped,
      industries: { [` ${'카페'.normalize('NFD')} `]: { roi: 90.5 } },
    });
    expect(reference(cafes)).toEqual({ ...shipped, roi: 90.5 });
    expect(reference('음식점' as Industry)).toEqual(shipped);
  });

  it.each([
    [{ default: { roi: 1 }, industries: {} }],
    [{ default: shipped, industries: { 카페: { roi: 1.25 } } }],
    [{ default: shipped, industries: { 카페: { rio: 1 } } }],
    [null],
  ])('is refused when it cannot be shown as it is: %j', (table) => {
    expect(() => readIndustryReference(table)).toThrow();
  });
});
