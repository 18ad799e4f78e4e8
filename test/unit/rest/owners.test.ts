import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Viewer } from '../../../src/auth/viewer';
import { tooManyRequests } from '../../../src/errors';
import type { Execute } from '../../../src/rest/execute';
import { createOwners } from '../../../src/rest/owners';
import type { EventId, Instant, StoreId } from '../../../src/domain/values';

const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;

const viewer = (subject: string, stores: readonly StoreId[]): Viewer => ({
  subject,
  storeIds: new Set(stores),
  isAdmin: false,
  expiresAt: Infinity as Instant,
});
const owner = viewer('owner', [STORE]);
const forbidden = viewer('forbidden', []);

/** Each question waits until it is answered, as one does whose holder has no share left. */
function setUp() {
  const questions: { answer(): void; refuse(): void }[] = [];
  const execute: Execute = () =>
    new Promise((resolve, reject) => {
      questions.push({
        answer: () => resolve({ event: { storeId: STORE } } as never),
        refuse: () => reject(tooManyRequests(1)),
      });
    });
  return { owners: createOwners(execute), questions };
}

describe('whose an event is', () => {
  it('is asked once for all who ask on behalf of the same token', async () => {
    const { owners, questions } = setUp();
    const first = owners.ownerFor(owner, EVENT);
    await nextTurn();
    const second = owners.ownerFor(owner, EVENT);
    await nextTurn();
    expect(questions).toHaveLength(1);
    questions[0]?.answer();
    expect(await Promise.all([first, second])).toEqual([STORE, STORE]);
  });

  it('is learnt without waiting for what another has asked, whose share is taken', async () => {
    const { owners, questions } = setUp();
    const refused = owners.ownerFor(forbidden, EVENT);
    await nextTurn();
    const learnt = owners.ownerFor(owner, EVENT);
    await nextTurn();
    expect(questions).toHaveLength(2);
    questions[1]?.answer();
    expect(await learnt).toBe(STORE);
    questions[0]?.refuse();
    await expect(refused).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  });
});
