import { systemClock } from '../../src/runtime/clock';
import { TOPICS } from '../../src/workers/messages/topics';
import { messagesAbout, newEvent, participantRegistered } from '../harness/messages';
import { batchOf, kindsOf, times } from '../harness/streams/batches';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { ConnectionLost, losingCommit, losingStatement } from '../harness/streams/failing';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { everythingIn, offsetOf, participantsOf } from '../harness/streams/stored';

const TOPIC = 'participant.registered';

describe.each(BOTH_DATABASES)('a batch whose connection to %s is lost', (_, open) => {
  const { eventId } = newEvent();
  const people = (count: number): object[] => times(count, () => participantRegistered(eventId));
  let opened: OpenedDatabase;
  let stage: StreamFixture;

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, systemClock);
  });
  beforeEach(() => stage.reset());
  afterAll(() => opened.close());

  it.each(TOPICS)(
    '%s leaves nothing half done, wherever it was lost, and the retry completes it',
    async (topic) => {
      const values = times(2, () => messagesAbout(newEvent())[topic]);
      await stage.apply(batchOf(topic, values));
      const whole = await everythingIn(opened.database);
      await stage.reset();
      const empty = await everythingIn(opened.database);
      for (let place = 0; ; place += 1) {
        const broken = createStreamFixture(losingStatement(opened.database, place), systemClock);
        const attempt = await broken.apply(batchOf(topic, values)).then(kindsOf, (error: unknown) => error);
        if (!(attempt instanceof ConnectionLost)) {
          // An erasure is remembered by three statements, in the longest of its transactions.
          expect(place).toBeGreaterThanOrEqual(topic === 'participant.erased' ? 3 : 4);
          expect(attempt).toEqual(values.map(() => 'applied'));
          break;
        }
        expect(await everythingIn(opened.database)).toEqual(empty);
      }
      expect(await everythingIn(opened.database)).toEqual(whole);
    },
  );

  it('in the answer to the commit, the retry finds it done', async () => {
    const batch = batchOf(TOPIC, people(3));
    const broken = createStreamFixture(losingCommit(opened.database), systemClock);
    await expect(broken.apply(batch)).rejects.toThrow(ConnectionLost);
    expect(kindsOf(await stage.apply(batch))).toEqual(['skipped', 'skipped', 'skipped']);
    expect([await participantsOf(opened.database, eventId), await offsetOf(opened.database, TOPIC)]).toEqual([
      3, 3,
    ]);
  });
});
