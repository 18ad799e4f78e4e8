import { createBusinessCalendar } from '../../src/domain/calendar';
import fc from 'fast-check';
import { createSettableClock } from '../../src/runtime/clock';
import type { Instant } from '../../src/domain/values';
import { describeDrift } from '../../src/workers/verification/compare';
import { verifyRollups } from '../../src/workers/verification/verify';
import { externalIdsByChannel } from '../harness/oracle/channels';
import type { RawMessage } from '../harness/messages/topic-fixtures';
import { expectedDashboards } from '../harness/oracle/dashboard';
import { keptLetters, keptPeople, type PersonRow } from '../harness/oracle/erased';
import { namingsOf } from '../harness/oracle/known';
import { examples, seeded } from '../harness/seeded';
import { anyStream, inAnyOrder, NOW, peacefulStream, type Stream } from '../harness/streams';
import { anyCutting, type Cutting, play, type Played } from '../harness/streams/play';
import { BOTH_DATABASES, type OpenedDatabase } from '../harness/streams/databases';
import { createStreamFixture, type StreamFixture } from '../harness/streams/fixture';
import { eventIdOf, storeIdOf } from '../harness/streams/values';
import { externalIdsIn, lettersIn, peopleIn } from '../harness/streams/stored';

const seoul = createBusinessCalendar('Asia/Seoul');

/** Of an industry of seven stores, the first is shown averages where they count, the second never. */
const READERS = [2, 3].map((stores) => Array.from({ length: stores }, (_, index) => storeIdOf(index)));
const EVENT_IDS = Array.from({ length: 8 }, (_, index) => eventIdOf(index));

describe.each(BOTH_DATABASES)('random streams of messages on %s', (_, open) => {
  let opened: OpenedDatabase;
  let stage: StreamFixture;

  beforeAll(async () => {
    opened = await open();
    stage = createStreamFixture(opened.database, createSettableClock(NOW as Instant));
  });
  afterAll(() => opened.close());

  /** Plays the stream into an empty database, and reads what everybody would then be shown. */
  async function tell(stream: Stream, cutting: Cutting): Promise<Told> {
    await stage.reset();
    const played = await play(stream, cutting, stage);
    await stage.refreshIndustries();
    const dashboards = await shownTo();
    const letters = (await lettersIn(opened.database)).map(({ value }) => value);
    return { outcomes: played.outcomes, letters, dashboards };
  }

  async function shownTo(stores?: readonly string[]): Promise<Record<string, string | null>> {
    const bodies: [string, string | null][] = [];
    for (const id of EVENT_IDS) bodies.push([id, await stage.dashboard(id, stores)]);
    return Object.fromEntries(bodies);
  }

  test(
    'give the dashboards that a plain recomputation gives, to the byte, however they are cut',
    async () => {
      const property = fc.asyncProperty(anyStream, anyCutting, anyCutting, async (stream, one, other) => {
        const first = await tell(stream, one);
        expect(first.dashboards).toEqual(recomputed(stream));
        for (const stores of READERS) expect(await shownTo(stores)).toEqual(recomputed(stream, stores));
        expectAccountOf(stream, first);
        expect(await externalIdsIn(opened.database)).toEqual(namedByPlatforms(stream));
        expect(sorted(await peopleIn(opened.database))).toEqual(sorted(keptPeople(validOf(stream))));
        expect(await drifts()).toEqual([]);
        const second = await tell(stream, other);
        expect(second.dashboards).toEqual(first.dashboards);
      });
      await fc.assert(property, seeded({ numRuns: examples(20), endOnFailure: true }));
    },
    examples(300_000),
  );

  test(
    'give the same dashboards in any order, where no two different messages compete',
    async () => {
      const orders = peacefulStream.chain((stream) => fc.tuple(fc.constant(stream), inAnyOrder(stream)));
      const property = fc.asyncProperty(orders, anyCutting, async ([stream, shuffled], cutting) => {
        const first = await tell(stream, cutting);
        const second = await tell(shuffled, cutting);
        expect(second.dashboards).toEqual(first.dashboards);
        expect(second.dashboards).toEqual(recomputed(shuffled));
      });
      await fc.assert(property, seeded({ numRuns: examples(12), endOnFailure: true }));
    },
    examples(300_000),
  );

  async function drifts(): Promise<string[]> {
    const found = await verifyRollups(opened.database, { limit: 10, calendar: seoul });
    return found.drifts.map(describeDrift);
  }
});

interface Told extends Played {
  /** What the dead letters hold. */
  readonly letters: readonly (Buffer | null)[];
  readonly dashboards: unknown;
}

const validOf = (stream: Stream): RawMessage[] =>
  stream.flatMap((arrival) => (arrival.valid ? [arrival.valid] : []));

const sorted = (rows: readonly PersonRow[]): string[] => rows.map((row) => JSON.stringify(row)).sort();

function recomputed(stream: Stream, readable?: readonly string[]): Record<string, string | null> {
  const expected = expectedDashboards(validOf(stream), NOW, readable);
  return Object.fromEntries(
    EVENT_IDS.map((id) => [id, expected.has(id) ? JSON.stringify(expected.get(id)) : null]),
  );
}

function namedByPlatforms(stream: Stream): ReadonlyMap<string, string> {
  const valid = validOf(stream);
  const named = EVENT_IDS.flatMap((id) =>
    [...externalIdsByChannel(namingsOf(valid, id))].map(
      ([channel, externalId]) => [`${id} ${channel}`, externalId] as const,
    ),
  );
  return new Map(named);
}

/** Every message was either applied, a duplicate, or rejected; and rejected are exactly those that had to be. */
function expectAccountOf(stream: Stream, { outcomes, letters }: Told): void {
  const kinds = stream.map((arrival) => outcomes.get(arrival));
  const expected = stream.map((arrival, index) => {
    if (arrival.valid === undefined) return 'rejected';
    return kinds[index] === 'applied' || kinds[index] === 'duplicate' ? kinds[index] : 'applied or duplicate';
  });
  expect(kinds).toEqual(expected);
  expect(inOrder(letters)).toEqual(inOrder(keptLetters(stream)));
}

/** Sorted, equal ones as often as they come: the same bytes may be rejected twice. */
function inOrder(values: readonly (Buffer | null)[]): string[] {
  return values.map((value) => value?.toString('latin1') ?? 'null').sort();
}
