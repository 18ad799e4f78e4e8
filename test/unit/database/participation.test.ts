import { z } from 'zod';
import { createBusinessCalendar } from '../../../src/domain/calendar';
import type { Instant } from '../../../src/domain/values';
import { SCHEMAS } from '../../../src/workers/messages/topics';
import { applyMessages } from '../../../src/workers/projections/apply-messages';
import { participantProjection } from '../../../src/workers/projections/participants';
import { describeDrift } from '../../../src/workers/verification/compare';
import { verifyRollups } from '../../../src/workers/verification/verify';
import { newEvent, participantRegistered } from '../../harness/messages';
import { type OpenedDatabase, openPglite } from '../../harness/streams/databases';

const bucketRow = z.object({ bucket: z.string(), participants: z.bigint() });
const OLDEST = 130;

describe('participants of every age', () => {
  let opened: OpenedDatabase;

  beforeAll(async () => {
    opened = await openPglite();
    const { eventId } = newEvent();
    const ages = [null, ...Array.from({ length: OLDEST + 1 }, (_, age) => age)];
    const messages = ages.map((age) =>
      SCHEMAS['participant.registered'].parse(participantRegistered(eventId, { age })),
    );
    await opened.database.transaction((sql) =>
      applyMessages(sql, participantProjection(undefined), messages, Date.now() as Instant),
    );
  });
  afterAll(() => opened.close());

  it('are counted by their bands', async () => {
    const rows = await opened.database.query(
      bucketRow,
      `SELECT bucket, participants FROM event_profiles WHERE dimension = 'AGE' ORDER BY bucket`,
    );
    expect(rows.map(({ bucket, participants }) => [bucket, participants])).toEqual([
      ['10', 20n],
      ['20', 10n],
      ['30', 10n],
      ['40', 10n],
      ['50', 81n],
      ['UNKNOWN', 1n],
    ]);
  });

  it('are counted as verification counts them', async () => {
    const calendar = createBusinessCalendar('Asia/Seoul');
    const { drifts } = await verifyRollups(opened.database, { limit: 10, calendar });
    expect(drifts.map(describeDrift)).toEqual([]);
  });
});
