import { randomUUID } from 'node:crypto';
import { BUSIEST, createReaders, LATELY_MS } from '../../../src/auth/readers';
import type { Viewer } from '../../../src/auth/viewer';
import type { Instant, StoreId } from '../../../src/domain/values';

const viewer = (subject: string, stores = 1): Viewer => ({
  subject,
  storeIds: new Set(Array.from({ length: stores }, () => randomUUID() as string as StoreId)),
  isAdmin: false,
  expiresAt: Infinity as Instant,
});

describe('who reads most', () => {
  let now = 0;
  const clock = () => now;
  beforeEach(() => void (now = 0));

  it('is who was charged most, by whatever tokens: the ten first, beside the sum of all', () => {
    const readers = createReaders(clock);
    for (let index = 0; index < 20; index++) readers.charged(viewer(`reader ${index}`), index);
    readers.charged(viewer('reader 3'), 100);
    const { busiest, points, readers: count } = readers.lately();
    expect([count, points, busiest.length]).toEqual([20, 290, BUSIEST]);
    expect(busiest.map((each) => each.points)).toEqual([103, 19, 18, 17, 16, 15, 14, 13, 12, 11]);
  });

  it('is told apart by a digest, and by the first stores of the token; the subject is nowhere', () => {
    const readers = createReaders(clock);
    const reader = viewer('somebody@example.org', 5);
    readers.charged(reader, 1);
    const [busiest] = readers.lately().busiest;
    expect(busiest).toEqual({
      reader: 'D95RZTU9GUab',
      isAdmin: false,
      storeIds: [...reader.storeIds].slice(0, 3),
      stores: 5,
      points: 1,
    });
  });

  it('is of the last five to ten minutes', () => {
    const readers = createReaders(clock);
    readers.charged(viewer('a'), 1);
    now = LATELY_MS;
    readers.charged(viewer('a'), 2);
    readers.charged(viewer('b'), 1);
    expect(readers.lately()).toMatchObject({ readers: 2, points: 4 });
    now = 2 * LATELY_MS;
    expect(readers.lately()).toMatchObject({ readers: 2, points: 3 });
    now = 3 * LATELY_MS;
    expect(readers.lately()).toMatchObject({ readers: 0, points: 0 });
    readers.charged(viewer('c'), 7);
    now = 6 * LATELY_MS;
    expect(readers.lately()).toMatchObject({ readers: 0, points: 0, busiest: [] });
  });
});
