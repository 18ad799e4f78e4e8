import { EVENT, SISTER, STORE, setUpPublishing } from '../harness/publishing';
import { waitFor } from '../harness/wait-for';

describe('a change of a store', () => {
  it('is published of each event of the store where that is wanted, once these can be read', async () => {
    const { publisher, published, publishedStores, away } = setUpPublishing({ listsEvents: true });
    away.database = true;
    publisher.publish({ events: [EVENT], stores: [STORE] });
    await publisher.flush();
    expect({ published, publishedStores }).toEqual({ published: [[EVENT]], publishedStores: [[STORE]] });
    away.database = false;
    await waitFor(() => published.flat().includes(SISTER), {
      what: 'the other event to be published',
      timeoutMs: 5_000,
    });
    await publisher.stop();
  });

  it('has its turn while events change all the time', async () => {
    const { notifications, publisher, publishedStores } = setUpPublishing();
    let isOver = false;
    await notifications.subscribe({ event: EVENT }, () => {
      if (!isOver) publisher.publish({ events: [EVENT], stores: [] });
    });
    publisher.publish({ events: [EVENT], stores: [] });
    publisher.publish({ events: [], stores: [STORE] });
    await waitFor(() => publishedStores.length === 1, {
      what: 'the store to be published',
      timeoutMs: 5_000,
    });
    isOver = true;
    await publisher.stop();
  });

  it('is published now and then, and at once for the event that has changed', async () => {
    const { publisher, published, publishedStores } = setUpPublishing({ storesEveryMs: 3_600_000 });
    const change = { events: [EVENT], stores: [STORE] };
    for (const times of [1, 2, 3]) {
      publisher.publish(change);
      await waitFor(() => published.length === times, {
        what: 'the event to be published',
        timeoutMs: 5_000,
      });
    }
    expect(publishedStores).toEqual([[STORE]]);
    await publisher.flush();
    expect(published).toEqual([[EVENT], [EVENT], [EVENT]]);
    expect(publishedStores).toEqual([[STORE], [STORE]]);
    await publisher.stop();
  });

  it('is published once it is time, though nothing else changes', async () => {
    const { publisher, publishedStores } = setUpPublishing({ storesEveryMs: 50 });
    for (const times of [1, 2]) {
      publisher.publish({ events: [], stores: [STORE] });
      await waitFor(() => publishedStores.length === times, {
        what: 'the store to be published',
        timeoutMs: 5_000,
      });
    }
    expect(publishedStores).toEqual([[STORE], [STORE]]);
    await publisher.stop();
  });

  it('is published at the stop, though it is not time yet', async () => {
    const { publisher, publishedStores } = setUpPublishing({ storesEveryMs: 3_600_000 });
    publisher.publish({ events: [], stores: [STORE] });
    await publisher.flush();
    publisher.publish({ events: [], stores: [STORE] });
    await publisher.stop();
    expect(publishedStores).toHaveLength(2);
  });

  it('is published again where the version has moved to, by itself', async () => {
    const { publisher, published, publishedStores, apart, moveApart } = setUpPublishing();
    apart.id = STORE;
    publisher.publish({ events: [EVENT], stores: [STORE] });
    await publisher.flush();
    moveApart('there');
    await publisher.flush();
    expect({ published, publishedStores }).toEqual({
      published: [[EVENT]],
      publishedStores: [[STORE], [STORE]],
    });
    await publisher.stop();
  });

  it('is kept while its part of the cache is away, and holds up none of the events', async () => {
    const { publisher, published, publishedStores, apart, read, keep } = setUpPublishing();
    await keep(SISTER);
    Object.assign(apart, { id: STORE, isAway: true });
    publisher.publish({ events: [EVENT], stores: [STORE] });
    await publisher.flush();
    expect({ published, publishedStores }).toEqual({ published: [[EVENT]], publishedStores: [] });
    apart.isAway = false;
    await waitFor(async () => (await read(SISTER)) === undefined, {
      what: 'the store to be published',
      timeoutMs: 5_000,
    });
    await publisher.stop();
  });
});
