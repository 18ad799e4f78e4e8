import { pointsOf } from '../../../../src/gateway/operations/operations';

test.each([
  ['little', 999, 0],
  ['a dashboard', 2_300, 2],
  ['what is nearly heavy', 9_999, 9],
  ['what is heavy, twice', 10_000, 20],
  ['the most that an operation may cost', 100_000, 200],
])('an operation counts by its cost: %s', (_what, cost, points) => {
  expect(pointsOf(cost)).toBe(points);
});
