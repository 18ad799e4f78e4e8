import { createInProcessCache } from '../../../src/cache/in-process';
import { observeOwnChanges } from '../../../src/cache/own-changes';
import type { EventId, StoreId } from '../../../src/domain/values';
import { madeOf } from '../../harness/made';

const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;

it.each([
  ['drop', { events: [EVENT] }],
  ['forget', { events: [EVENT] }],
  ['remove', { events: [EVENT] }],
  ['store', { events: [EVENT] }],
  ['drop of a store', { stores: [STORE] }],
  ['clear', 'all'],
] as const)('calls back before a %s and after it', async (change, of) => {
  const steps: unknown[] = [];
  const cache = createInProcessCache();
  const done = async (step: Promise<void>): Promise<void> => {
    await step;
    steps.push('done');
  };
  const { observed, onChange } = observeOwnChanges({
    ...cache,
    drop: (events) => done(cache.drop(events)),
    forget: (events) => done(cache.forget(events)),
    remove: (events) => done(cache.remove(events)),
    store: (...made) => done(cache.store(...made)),
    clear: () => done(cache.clear()),
    storeVersions: { ...cache.storeVersions, drop: (stores) => done(cache.storeVersions.drop(stores)) },
  });
  onChange((changed) => steps.push(changed));
  if (change === 'clear') await observed.clear();
  else if (change === 'drop of a store') await observed.storeVersions.drop([STORE]);
  else if (change === 'store')
    await observed.store(EVENT, { id: '1', version: '1' }, madeOf(Buffer.from('x')), 9);
  else await observed[change]([EVENT]);
  expect(steps).toEqual([of, 'done', of]);
});

it('calls back for a change that fails too: it may have been made', async () => {
  const calls: unknown[] = [];
  const { observed, onChange } = observeOwnChanges({
    ...createInProcessCache(),
    drop: () => Promise.reject(new Error('no connection')),
  });
  onChange((changed) => calls.push(changed));
  await expect(observed.drop([EVENT])).rejects.toThrow('no connection');
  expect(calls).toEqual([{ events: [EVENT] }, { events: [EVENT] }]);
});
