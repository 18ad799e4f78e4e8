import type { Instant } from '../../../../src/domain/values';
import { createSettableClock } from '../../../../src/runtime/clock';
import { type BatchSize, createBatchSize } from '../../../../src/workers/connectors/batch-size';

/** What is learnt where requests are under way at the same time, in each order in which they may be answered. */

let size: BatchSize;
beforeEach(() => void (size = createBatchSize(createSettableClock(0 as Instant), 50)));

function refuse(...sizes: readonly [number, ...number[]]): void {
  const [whole, ...parts] = sizes;
  const refusal = size.refused(whole);
  parts.forEach((part) => refusal.partRefused(part));
  size.answered(Math.ceil(Math.min(...sizes) / 2));
  refusal.ended(true);
}

test('two that were under way at the same time are no second refusal', () => {
  const refusals = [size.refused(50), size.refused(50)];
  size.answered(25);
  refusals.forEach((refusal) => refusal.ended(true));
  expect(size.current).toBe(50);
  refuse(50);
  expect(size.current).toBe(25);
});

test('what another batch took since is the least, whichever of the two is known first', () => {
  refuse(2);
  const [large, small] = [size.refused(50), size.refused(2)];
  size.answered(1);
  small.ended(true);
  expect(size.current).toBe(1);
  size.answered(25);
  expect(size.current).toBe(25);
  large.ended(true);
  expect(size.current).toBe(25);
});

test('several sizes that were refused, one after the other, are enough', () => {
  refuse(50, 25);
  expect(size.current).toBe(13);
});

test('of equal parts one of which is answered, the other is not refused for its size', () => {
  const refusal = size.refused(4);
  size.answered(2);
  refusal.partRefused(2);
  size.answered(1);
  refusal.ended(true);
  expect(size.current).toBe(50);
});

test('where most parts are postponed, it is half of what was refused at least', () => {
  const refusal = size.refused(50);
  refusal.partRefused(25);
  size.answered(1);
  refusal.ended(true);
  expect(size.current).toBe(13);
});

test('a larger one that is tried and refused lowers nothing, however often', () => {
  refuse(50, 25);
  size.answered(20);
  for (let time = 0; time < 3; time += 1) refuse(24);
  expect(size.current).toBe(20);
});

test('a smaller one that was refused before counts for a larger one, and an answer to as many ends the row', () => {
  refuse(40);
  refuse(50);
  expect(size.current).toBe(25);
  size.answered(50);
  refuse(40);
  size.answered(40);
  refuse(40);
  expect(size.current).toBe(50);
});

test('an answer to as many while the parts are asked ends the row', () => {
  refuse(40);
  const refusal = size.refused(50);
  size.answered(45);
  refusal.ended(true);
  expect(size.current).toBe(50);
});
