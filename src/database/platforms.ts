import { z } from 'zod';
import type { ChannelName, Instant } from '../domain/values';
import type { Sql } from './database';
import { column } from './rows';

/** How the platform of a configured channel does, as all workers together have seen it. */
export interface PlatformReport {
  readonly channel: ChannelName;
  readonly status: 'HEALTHY' | 'FAILING';
  readonly since: Instant;
  /** Why it fails; null while it does not. */
  readonly reason: string | null;
  /** Null when it never has. */
  readonly lastAnswerAt: Instant | null;
  /** When the question that waits longest was due, or the next will be; null when there is nothing to ask about. */
  readonly nextDueAt: Instant | null;
}

const reportRow = z.object({
  channel: column.channel,
  status: z.enum(['HEALTHY', 'FAILING']),
  since: column.instant,
  reason: z.string().nullable(),
  lastAnswerAt: column.instant.nullable(),
  nextDueAt: column.instant.nullable(),
});

/** @returns every configured platform, by channel */
export function platformReports(sql: Sql): Promise<readonly PlatformReport[]> {
  return sql.query(
    reportRow,
    `SELECT s.channel, s.status::text, s.since, s.reason, s.last_answer_at AS "lastAnswerAt",
            (SELECT min(p.due_at) FROM channel_polls AS p WHERE p.channel = s.channel) AS "nextDueAt"
     FROM platform_states AS s ORDER BY s.channel COLLATE "C"`,
  );
}
