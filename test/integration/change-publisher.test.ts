import { BODY, EVENT, SISTER, STORE, setUpPublishing } from '../harness/publishing';
import { waitFor } from '../harness/wait-for';

describe('a committed change', () => {
  it('is published before flush resolves: of its events, and of all others of their stores by the store alone', async () => {
    const { notifications, publisher, published, publishedStores, read, keep } = setUpPublishing();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    expect(await Promise.all([read(EVENT), read(SISTER)])).toEqual([BODY, BODY]);
    const heard: string[] = [];
    await notifications.subscribe({ store: STORE }, () => heard.push('store'));
    await notifications.subscribe({ event: SISTER }, () => heard.push('sister'));
    publisher.publish({ events: [EVENT], stores: [STORE] });
    await publisher.flush();
    expect(await Promise.all([read(EVENT), read(SISTER)])).toEqual([undefined, undefined]);
    expect({ published, publishedStores, heard }).toEqual({
      published: [[EVENT]],
      publishedStores: [[STORE]],
      heard: ['store'],
    });
    await publisher.stop();
  });

  it('is published once, however often it was added before', async () => {
    const { notifications, publisher, published } = setUpPublishing();
    let heard = 0;
    await notifications.subscribe({ event: EVENT }, () => (heard += 1));
    publisher.publish({ events: [EVENT], stores: [STORE] });
    publisher.publish({ events: [EVENT, SISTER], stores: [STORE] });
    await publisher.flush();
    expect(published.flat().filter((event) => event === EVENT)).toHaveLength(1);
    expect(heard).toBe(1);
    await publisher.stop();
  });

  it('is published of all other events while a part of the cache is away, and of its own when that is back', async () => {
    const { publisher, published, apart } = setUpPublishing();
    Object.assign(apart, { id: SISTER, isAway: true });
    publisher.publish({ events: [EVENT, SISTER], stores: [] });
    await publisher.flush();
    publisher.publish({ events: [EVENT], stores: [] });
    await publisher.flush();
    expect(published).toEqual([[EVENT], [EVENT]]);
    apart.isAway = false;
    await waitFor(() => published.flat().includes(SISTER), {
      what: 'the other event to be published',
      timeoutMs: 5_000,
    });
    expect(published).toEqual([[EVENT], [EVENT], [SISTER]]);
    await publisher.stop();
  });

  it('is published again where the entries have moved to, and only of what has moved', async () => {
    const { publisher, published, apart, moveApart } = setUpPublishing();
    apart.id = SISTER;
    publisher.publish({ events: [EVENT, SISTER], stores: [] });
    await publisher.flush();
    const before = published.length;
    moveApart('there');
    await publisher.flush();
    expect(published.slice(before)).toEqual([[SISTER]]);
    moveApart('there');
    await publisher.flush();
    expect(published).toHaveLength(before + 1);
    await publisher.stop();
  });

  it('has ended the old body by the time that a subscriber hears of it', async () => {
    const { notifications, publisher, read, keep } = setUpPublishing();
    await keep(EVENT);
    const found: Promise<Buffer | undefined>[] = [];
    await notifications.subscribe({ event: EVENT }, () => found.push(read(EVENT)));
    publisher.publish({ events: [EVENT], stores: [] });
    await publisher.flush();
    expect(await Promise.all(found)).toEqual([undefined]);
    await publisher.stop();
  });

  it('is kept while the cache is away, and published when it is back', async () => {
    const { publisher, away, read, keep } = setUpPublishing();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    away.cache = true;
    publisher.publish({ events: [EVENT], stores: [] });
    await publisher.flush();
    publisher.publish({ events: [SISTER], stores: [] });
    await publisher.flush();
    expect(await read(EVENT)).toEqual(BODY);

    away.cache = false;
    await waitFor(async () => (await read(EVENT)) === undefined, {
      what: 'the change to be published',
      timeoutMs: 5_000,
    });
    expect(await read(SISTER)).toBeUndefined();
    await publisher.stop();
  });

  it('is kept while subscribers cannot be notified, and published when they can', async () => {
    const { notifications, publisher, away } = setUpPublishing();
    let heard = 0;
    await notifications.subscribe({ event: EVENT }, () => (heard += 1));
    away.notifications = true;
    publisher.publish({ events: [EVENT], stores: [] });
    await publisher.flush();
    expect(heard).toBe(0);
    away.notifications = false;
    await waitFor(() => heard === 1, { what: 'the change to be published', timeoutMs: 5_000 });
    await publisher.stop();
  });

  it('is published at the stop if it still can be, and does not delay the stop if it cannot', async () => {
    const { publisher, away, read, keep } = setUpPublishing();
    await keep(EVENT);
    away.cache = true;
    publisher.publish({ events: [EVENT], stores: [] });
    await publisher.flush();
    away.cache = false;
    await publisher.stop();
    expect(await read(EVENT)).toBeUndefined();

    const other = setUpPublishing();
    other.away.cache = true;
    other.publisher.publish({ events: [EVENT], stores: [] });
    await other.publisher.stop();
  });
});

it('a full change is published to the cache and to every subscriber', async () => {
  const { notifications, publisher, read, keep } = setUpPublishing();
  await Promise.all([keep(EVENT), keep(SISTER)]);
  let gaps = 0;
  notifications.onGap(() => (gaps += 1));
  publisher.publishFullChange();
  await publisher.flush();
  expect(await Promise.all([read(EVENT), read(SISTER)])).toEqual([undefined, undefined]);
  expect(gaps).toBe(1);
  await publisher.stop();
});

describe('an event that has moved to another store', () => {
  it('has nothing left that was made of it before, though its change cannot be published any further', async () => {
    const { publisher, away, keep, kept } = setUpPublishing();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    away.notifications = true;
    publisher.publish({ events: [EVENT], stores: [STORE], moved: [EVENT] });
    await publisher.flush();
    expect(await Promise.all([kept(EVENT), kept(SISTER)])).toEqual([undefined, BODY]);

    // What is assembled for its new owner while the rest is tried again stays.
    await keep(EVENT);
    away.notifications = false;
    await publisher.stop();
    expect(await kept(EVENT)).toEqual(BODY);
  });

  it('is removed again where its entries have moved to, though it has changed since', async () => {
    const { publisher, apart, moveApart, keep, kept } = setUpPublishing();
    apart.id = EVENT;
    publisher.publish({ events: [], stores: [], moved: [EVENT] });
    await publisher.flush();
    publisher.publish({ events: [EVENT], stores: [] });
    await publisher.flush();
    await keep(EVENT);
    moveApart('there');
    await publisher.flush();
    expect(await kept(EVENT)).toBeUndefined();
    await publisher.stop();
  });

  it('is found in the database when its move may have gone unpublished', async () => {
    const { publisher, away, movedLately, read, keep, kept } = setUpPublishing();
    await Promise.all([keep(EVENT), keep(SISTER)]);
    movedLately.push(EVENT);
    away.database = true;
    publisher.publishFullChange();
    await publisher.flush();
    // The full change is published all the same.
    expect(await Promise.all([read(EVENT), read(SISTER)])).toEqual([undefined, undefined]);
    away.database = false;
    await waitFor(async () => (await kept(EVENT)) === undefined, {
      what: 'the move to be published',
      timeoutMs: 5_000,
    });
    expect(await kept(SISTER)).toEqual(BODY);
    await publisher.stop();
  });
});
