import { z } from 'zod';
import { participantRegistered } from '../../harness/messages';
import { waitFor } from '../../harness/wait-for';
import type { Attack, Scenario } from '../attack';
import { type Answer, ask } from '../clients/http';
import { kindOf } from '../checks/answers';

/** Each way, by turns, so that whatever else the machine does falls on both. */
const LOOKS = 300;
/** What was assembled for a reader who is refused took sixty times as long as what was not. */
const MOST_TIMES = 3;
const AVERAGED_MS = 60_000;
const REFERENCE_ROI = 180;

/** What one shop is not to learn of another. */
export const PRYING: readonly Attack[] = [
  {
    name: 'refusals-by-the-clock',
    what: 'an owner of another store who tells by how long a refusal takes whether a participant has registered',
    isInShort: true,
    run: lookByTheClock,
  },
  {
    name: 'competitor-in-an-average',
    what: 'the owner of five of six shops of a trade who works out the sixth from their average',
    isInShort: true,
    run: workOutTheSixth,
  },
];

async function lookByTheClock(scenario: Scenario): Promise<void> {
  const { large } = scenario.shops;
  const [quiet, changing] = large.eventIds;
  const another = scenario.tokenOf([{ storeId: UNKNOWN, eventIds: [] }], 'an owner of another store');
  const look = async (eventId: string | undefined): Promise<number> => {
    const answer = await ask(scenario.origin, { token: another, path: pathOf(eventId) });
    scenario.answerCounts.add(kindOf(answer));
    scenario.expect(answer.status === 403, `the owner of another store was answered ${answer.status}`);
    return answer.tookMs;
  };
  const [ofQuiet, ofChanging]: [number[], number[]] = [[], []];
  for (let round = 0; round < LOOKS; round++) {
    if (round % 10 === 0) await scenario.send('participant.registered', [participantRegistered(changing!)]);
    ofQuiet.push(await look(quiet));
    ofChanging.push(await look(changing));
  }
  const times = median(ofChanging) / median(ofQuiet);
  scenario.expect(
    times < MOST_TIMES,
    `of an event that changes a refusal takes ${times.toFixed(1)} times as long`,
  );
}

const shown = z.object({
  summaryCards: z.object({ roi: z.object({ industryAverage: z.number() }) }),
});
const averageIn = ({ body }: Answer): number =>
  shown.parse(JSON.parse(body)).summaryCards.roi.industryAverage;

async function workOutTheSixth(scenario: Scenario): Promise<void> {
  const { trade } = scenario.shops;
  const [own] = trade;
  const read = async (token: string): Promise<number> =>
    averageIn(await ask(scenario.origin, { token, path: pathOf(own?.eventIds[0]) }));
  const admin = scenario.tokenOf([], 'an administrator');
  // What is kept for all who may read it shows the average by then.
  await waitFor(async () => (await read(admin)) !== REFERENCE_ROI, {
    what: 'an average of the trade',
    timeoutMs: AVERAGED_MS,
  });
  const [ofFive, ofOne] = [
    await read(scenario.tokenOf(trade.slice(0, 5), 'the owner of five')),
    await read(scenario.tokenOf(trade.slice(0, 1), 'the owner of one')),
  ];
  scenario.answerCounts.add(`an average of ${ofFive}`);
  scenario.expect(
    ofFive === REFERENCE_ROI,
    `the owner of five is told ${ofFive}, which holds the sixth alone`,
  );
  scenario.expect(ofOne !== REFERENCE_ROI, 'the owner of one is told no average of the other five');
}

/** Of a store that has no events. */
const UNKNOWN = '00000000-0000-4000-8000-000000000000';

const pathOf = (eventId: string | undefined): string => `/api/events/${eventId}/analytics`;

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
