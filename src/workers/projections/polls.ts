import type { Sql } from '../../database/database';
import type { EventId } from '../../domain/values';

/**
 * Has the poller look at every channel that these events are distributed over with success, from their start on. It is
 * the poller that decides whether to ask: what it was told too early, too often or in vain costs it one look.
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
