import { differences } from '../../harness/contract/differing-paths';
import { expectedDashboards } from '../../harness/oracle/dashboard';
import type { RawMessage } from '../../harness/oracle/raw-messages';
import type { Cast } from '../ledger/cast';
import { ask } from '../readers/ask';
import type { Judgement } from './judgement';

/** Who answers, and how one asks. */
export interface Place {
  readonly name: string;
  readonly origin: string;
  token(stores: readonly string[]): string;
}

const MOST_NAMED = 5;
const AHEAD_MS = 5_000;

/** What REST answers for every event of the cast, field by field, held against a recomputation from the messages. */
export async function judgeDashboards(
  places: readonly Place[],
  cast: Cast,
  messages: readonly RawMessage[],
): Promise<Judgement> {
  const problems: string[] = [];
  const now = Date.now();
  const expected = expectedDashboards(messages, now);
  for (const place of places) {
    for (const { eventId, storeId } of cast.events) {
      const path = `/api/events/${eventId}/analytics`;
      const answer = await ask(place.origin, path, place.token([storeId]));
      const wanted = expected.get(eventId);
      const said = `${place.name}, ${eventId}`;
      if (wanted === undefined) {
        if (answer.status !== 404)
          problems.push(`${said}: ${answer.status} for an event that is not defined`);
      } else if (answer.status !== 200) {
        problems.push(`${said}: ${answer.failure ?? answer.status}`);
      } else if (answer.staleReason !== undefined) {
        problems.push(`${said}: stale still (${answer.staleReason})`);
      } else {
        problems.push(...departures(said, answer.body, wanted, now));
      }
    }
  }
  return { lost: 0, doubled: 0, problems };
}

function departures(said: string, body: string, wanted: object, now: number): string[] {
  const { lastUpdated, cacheStatus, ...shown } = JSON.parse(body) as Record<string, unknown>;
  const found = differences(shown, JSON.parse(JSON.stringify(wanted)));
  const named = found
    .slice(0, MOST_NAMED)
    .map(
      ({ path, one, other }) =>
        `${said} ${String(cacheStatus)} ${path}: ${String(one)} instead of ${String(other)}`,
    );
  const rest = found.length > MOST_NAMED ? [`${said}: … and ${found.length - MOST_NAMED} more fields`] : [];
  const updated = Date.parse(String(lastUpdated));
  const isAhead = !(updated <= now + AHEAD_MS);
  return [...named, ...rest, ...(isAhead ? [`${said}: lastUpdated is ${String(lastUpdated)}`] : [])];
}
