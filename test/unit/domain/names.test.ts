import fc from 'fast-check';
import { compareNames } from '../../../src/domain/names';
import { seeded } from '../../harness/seeded';

describe('the order of names', () => {
  it('goes by code point, where UTF-16 would put an emoji before a full-width letter', () => {
    const names = ['😀', 'Ａ', '지니TV', 'b', 'B', 'ab', 'a', ''];
    expect([...names].sort(compareNames)).toEqual(['', 'B', 'a', 'ab', 'b', '지니TV', 'Ａ', '😀']);
    expect([...names].sort().slice(-2)).toEqual(['😀', 'Ａ']);
  });

  it('tells two emoji apart that share their first half', () => {
    expect(compareNames('a😀', 'a😁')).toBeLessThan(0);
    expect(compareNames('😀', '😀a')).toBeLessThan(0);
    expect(compareNames('😀', '😀')).toBe(0);
  });

  it('is the order of the UTF-8 bytes, which is what the database sorts by', () => {
    const names = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(names, names, (left, right) => {
        expect(Math.sign(compareNames(left, right))).toBe(
          Buffer.compare(Buffer.from(left), Buffer.from(right)),
        );
      }),
      seeded(),
    );
  });
});
