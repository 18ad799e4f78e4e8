import type { Instant } from '../../../src/domain/values';
import { parseMessage } from '../../../src/workers/messages/parse';
import { TOPICS } from '../../../src/workers/messages/topics';
import { createMessageFactory, type MessageDraft } from '../../faults/ledger/message-factory';
import { createShops } from '../../faults/ledger/shops';
import { competesFor } from '../../harness/messages/topic-fixtures';
import { seededRandom } from '../../harness/seeded';

describe('the traffic beside a fault', () => {
  const random = seededRandom('the traffic beside a fault');
  const shops = createShops('a fault', random, Date.now());
  const factory = createMessageFactory(shops, random);
  const definitions = factory.definitions();
  const valid = Array.from({ length: 5_000 }, () => factory.valid());
  const sent = [...definitions, ...valid];
  const parsed = ({ topic, value }: MessageDraft) => parseMessage(topic, value, Date.now() as Instant);

  it.each(TOPICS)('has messages of %s, all of which can be applied', (topic) => {
    const own = sent.filter((draft) => draft.topic === topic);
    expect(valid.filter((draft) => draft.topic === topic)).not.toEqual([]);
    expect(own.map(parsed).filter(({ kind }) => kind !== topic)).toEqual([]);
    expect(factory.valid(topic).topic).toBe(topic);
  });

  it('has no two messages that contradict each other, so that their order is irrelevant', () => {
    const things = sent.flatMap(({ valid: message }) => competesFor(message!));
    expect(new Set(things).size).toBe(things.length);
  });

  it('has all messages about an event on the partition of its definition, those about a store alone on its own', () => {
    const places = sent.map(({ valid: message, partition }) => {
      const { value } = message!;
      if ('eventId' in value) return `event ${value.eventId}: ${partition}`;
      return 'storeId' in value ? `store ${value.storeId}: ${partition}` : 'neither';
    });
    const ofEvents = shops.events.map(({ eventId, partition }) => `event ${eventId}: ${partition}`);
    const ofStores = shops.stores.map((storeId, partition) => `store ${storeId}: ${partition}`);
    expect([...new Set(places)].sort()).toEqual([...ofEvents, ...ofStores].sort());
  });

  it('defines no event again that is defined only after the fault', () => {
    const last = shops.events.at(-1)!.eventId;
    const again = valid.flatMap(({ valid: message }) =>
      message?.topic === 'event.created' ? [message.value.eventId] : [],
    );
    expect(again).not.toContain(last);
  });

  it.each(TOPICS)('has messages of %s that can never be applied', (topic) => {
    for (let count = 0; count < 20; count++) {
      const letter = factory.invalid(topic);
      expect(parsed(letter)).toMatchObject({ kind: 'rejected' });
      expect(letter.value.toString()).toContain(letter.mark);
    }
  });
});
