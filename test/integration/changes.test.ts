import { createInProcessCache } from '../../src/platform/cache/in-process';
import { createChanges } from '../../src/platform/changes/changes';
import { createLogger } from '../../src/platform/log';
import type { EventId, StoreId } from '../../src/schema/values';
import { waitFor } from '../harness/wait-for';

const log = createLogger({ level: 'silent' });
const EVENT = '550e8400-e29b-41d4-a716-446655440000' as EventId;
const SISTER = '550e8400-e29b-41d4-a716-446655440001' as EventId;
const STORE = '660e8400-e29b-41d4-a716-446655440001' as StoreId;
const BODY = Buffer.from('body');

/** Changes over a real cache that a test can take away. */
function setUp() {
  const driver = createInProcessCache();
  const told: (readonly EventId[])[] = [];
  const state = { isAway: false };
  const changes = createChanges({
    cache: {
      async drop(events) {
        if (state.isAway) throw new Error('The cache is away.');
        told.push(events);
        await driver.drop(events);
      },
      clear: () => driver.clear(),
    },
    eventsOf: (stores) => Promise.resolve(stores.includes(STORE) ? [EVENT, SISTER] : []),
    log,
  });
  const keep = async (event: EventId): Promise<void> =>
    driver.store(event, await driver.version(event), BODY, 60_000);
  return { driver, changes, told, state, keep };
}

describe('a committed change', () => {
  it('is told before settled resolves: of its events, and of every event of its stores', async () => {
    const { driver, changes, keep } = setUp();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    changes.announce({ events: [EVENT], stores: [STORE] });
    await changes.settled();
    expect(await Promise.all([driver.read(EVENT), driver.read(SISTER)])).toEqual([undefined, undefined]);
    await changes.stop();
  });

  it('is told once, however often it was announced before', async () => {
    const { changes, told } = setUp();
    changes.announce({ events: [EVENT], stores: [STORE] });
    changes.announce({ events: [EVENT, SISTER], stores: [STORE] });
    await changes.settled();
    expect(told.flat().filter((event) => event === EVENT)).toHaveLength(1);
    await changes.stop();
  });

  it('is kept while the cache is away, and told when it is back', async () => {
    const { driver, changes, state, keep } = setUp();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    state.isAway = true;
    changes.announce({ events: [EVENT], stores: [] });
    await changes.settled();
    changes.announce({ events: [SISTER], stores: [] });
    await changes.settled();
    expect(await driver.read(EVENT)).toEqual(BODY);

    state.isAway = false;
    await waitFor(async () => (await driver.read(EVENT)) === undefined, {
      what: 'the change to be told',
      timeoutMs: 5_000,
    });
    expect(await driver.read(SISTER)).toBeUndefined();
    await changes.stop();
  });

  it('is told at the stop, if it still can be, and keeps nobody from stopping if it cannot', async () => {
    const { driver, changes, state, keep } = setUp();
    await keep(EVENT);
    state.isAway = true;
    changes.announce({ events: [EVENT], stores: [] });
    await changes.settled();
    state.isAway = false;
    await changes.stop();
    expect(await driver.read(EVENT)).toBeUndefined();

    const other = setUp();
    other.state.isAway = true;
    other.changes.announce({ events: [EVENT], stores: [] });
    await other.changes.stop();
  });
});
