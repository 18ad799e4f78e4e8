import { createInProcessCache } from '../../../src/cache/in-process';
import { tellingOfChanges } from '../../../src/cache/own-changes';
import type { EventId } from '../../../src/domain/values';
import { madeOf } from '../../harness/made';

const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;

it.each([
  ['drop', [EVENT]],
  ['forget', [EVENT]],
  ['remove', [EVENT]],
  ['store', [EVENT]],
  ['clear', 'all'],
] as const)('a %s is told of ahead of it, and once more when it is over', async (change, of) => {
  const steps: unknown[] = [];
  const cache = createInProcessCache();
  const done = async (step: Promise<void>): Promise<void> => {
    await step;
    steps.push('done');
  };
  const { telling, onChange } = tellingOfChanges({
    ...cache,
    drop: (events) => done(cache.drop(events)),
    forget: (events) => done(cache.forget(events)),
    remove: (events) => done(cache.remove(events)),
    store: (...made) => done(cache.store(...made)),
    clear: () => done(cache.clear()),
  });
  onChange((events) => steps.push(events));
  if (change === 'clear') await telling.clear();
  else if (change === 'store')
    await telling.store(EVENT, { id: '1', version: '1' }, madeOf(Buffer.from('x')), 9);
  else await telling[change]([EVENT]);
  expect(steps).toEqual([of, 'done', of]);
});

it('a change that fails is told of all the same: it may have been made', async () => {
  const told: unknown[] = [];
  const { telling, onChange } = tellingOfChanges({
    ...createInProcessCache(),
    drop: () => Promise.reject(new Error('no connection')),
  });
  onChange((events) => told.push(events));
  await expect(telling.drop([EVENT])).rejects.toThrow('no connection');
  expect(told).toEqual([[EVENT], [EVENT]]);
});
