import { createRandom } from '../../../../src/commands/simulator/random';
import { parseUuid } from '../../../../src/domain/uuid';

describe('chance that can be repeated', () => {
  test('is the same for the same seed, and has nothing in common with its neighbour', () => {
    const uuids = (seed: number): string[] => {
      const random = createRandom(seed);
      return Array.from({ length: 20_000 }, () => random.uuid());
    };
    expect(uuids(1)).toEqual(uuids(1));
    expect(new Set([...uuids(1), ...uuids(2)]).size).toBe(40_000);
    expect(uuids(1).every((uuid) => parseUuid(uuid) === uuid && /^.{14}4.{4}[89ab]/.test(uuid))).toBe(true);
  });

  test('is even, and stays within its bounds', () => {
    const random = createRandom(3);
    const dice = Array.from({ length: 60_000 }, () => random.between(1, 6));
    for (let face = 1; face <= 6; face++) {
      expect(dice.filter((thrown) => thrown === face).length / 60_000).toBeCloseTo(1 / 6, 1);
    }
    expect([Math.min(...dice), Math.max(...dice)]).toEqual([1, 6]);
  });

  test('picks by weight', () => {
    const random = createRandom(4);
    const picked = Array.from({ length: 10_000 }, () =>
      random.pick([
        ['often', 9],
        ['never', 0],
        ['seldom', 1],
      ]),
    );
    expect(picked).not.toContain('never');
    expect(picked.filter((choice) => choice === 'seldom').length / 10_000).toBeCloseTo(0.1, 1);
  });
});
