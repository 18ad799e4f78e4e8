import { createSecretKey, randomUUID } from 'node:crypto';
import { systemClock } from '../../../src/runtime/clock';
import { createPersonDigests, PrivacyKeyMismatch } from '../../../src/workers/projections/person-digests';
import { newEvent, participantErased, participantRegistered } from '../../harness/messages';
import { batchOf, kindsOf } from '../../harness/streams/batches';
import { type OpenedDatabase, openPglite } from '../../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../../harness/streams/fixture';
import { everythingIn, lettersIn, offsetOf } from '../../harness/streams/stored';

const another = createPersonDigests(createSecretKey('another key of thirty-two bytes or more', 'utf8'));

describe('a worker', () => {
  const { eventId } = newEvent();
  let opened: OpenedDatabase;
  let knowing: StreamFixture;
  let others: Readonly<Record<'without the key' | 'with another key', StreamFixture>>;

  beforeAll(async () => {
    opened = await openPglite();
    knowing = createStreamFixture(opened.database, systemClock);
    others = {
      'without the key': createStreamFixture(opened.database, systemClock, { digests: undefined }),
      'with another key': createStreamFixture(opened.database, systemClock, { digests: another }),
    };
  });
  beforeEach(() => knowing.reset());
  afterAll(() => opened.close());

  it('without the key leaves an erasure in its log, to be applied when the key is there', async () => {
    const erasure = participantErased();
    const attempt = others['without the key'].append('participant.erased', [erasure]);
    await expect(attempt).rejects.toThrow(/PRIVACY_KEY is not set/);
    expect([await offsetOf(opened.database, 'participant.erased'), await lettersIn(opened.database)]).toEqual(
      [undefined, []],
    );
    expect(kindsOf(await knowing.append('participant.erased', [erasure]))).toEqual(['applied']);
  });

  it('without the key applies registrations while nobody was erased', async () => {
    const batch = [participantRegistered(eventId), participantRegistered(eventId, { age: -1 })];
    const result = await others['without the key'].append('participant.registered', batch);
    expect(kindsOf(result)).toEqual(['applied', 'rejected']);
  });

  it.each(['without the key', 'with another key'] as const)(
    '%s changes nothing by which somebody who was erased could count twice or be kept',
    async (who) => {
      await knowing.append('participant.erased', [participantErased()]);
      const before = await everythingIn(opened.database);
      const stage = others[who];
      const unread = { position: { partition: 1 } };
      for (const [topic, message] of [
        ['participant.registered', participantRegistered(eventId)],
        ['participant.registered', participantRegistered(eventId, { age: -1 })],
        ['participant.erased', participantErased({ participantId: randomUUID() })],
      ] as const)
        await expect(stage.apply(batchOf(topic, [message], unread))).rejects.toThrow(PrivacyKeyMismatch);
      expect(await everythingIn(opened.database)).toEqual(before);
    },
  );
});
