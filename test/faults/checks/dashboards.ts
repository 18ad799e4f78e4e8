import { differences } from '../../harness/contract/differing-paths';
import { expectedDashboards } from '../../harness/oracle/dashboard';
import type { RawMessage } from '../../harness/messages/topic-fixtures';
import type { Shops } from '../ledger/shops';
import { ask } from '../readers/ask';
import type { CheckResult } from './check-result';

/** A gateway to ask, and the token for it. */
export interface Place {
  readonly name: string;
  readonly origin: string;
  token(stores: readonly string[]): string;
}

const MOST_NAMED = 5;
const AHEAD_MS = 5_000;

/** Compares REST's answer for every event, field by field, with a recomputation from the messages. */
export async function checkDashboards(
  places: readonly Place[],
  shops: Shops,
  messages: readonly RawMessage[],
): Promise<CheckResult> {
  const problems: string[] = [];
  const now = Date.now();
  const expected = expectedDashboards(messages, now);
  for (const place of places) {
    for (const { eventId, storeId } of shops.events) {
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
