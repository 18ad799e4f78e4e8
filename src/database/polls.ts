import type { Sql } from './database';
import type { EventId } from '../domain/values';

/**
 * Makes every channel that these events are distributed over with success due from their start on. The poller decides
 * whether to ask: a row that is due too early, too often or for nothing costs it one decision.
 */
export async function enrolForPolling(sql: Sql, events: ReadonlySet<EventId>): Promise<void> {
  if (events.size === 0) return;
  await sql.execute(ENROL, [...events]);
}

const ENROL = `
INSERT INTO channel_polls (event_id, channel, due_at)
SELECT c.event_id, c.channel, e.start_at
FROM event_channels AS c JOIN events AS e USING (event_id)
WHERE c.event_id = ANY ($1::uuid[]) AND c.status = 'SUCCESS'
ORDER BY c.event_id, c.channel
ON CONFLICT (event_id, channel) DO UPDATE SET due_at = least(channel_polls.due_at, excluded.due_at)`;
