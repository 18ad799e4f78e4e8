import { Client } from 'pg';
import { z } from 'zod';
import { waitFor } from '../../test/harness/wait-for';

/** How many registrations are committed, as another session sees it. */
export interface Counted {
  /** Waits until at least so many are counted. @returns the count */
  until(participants: number): Promise<number>;
  close(): Promise<void>;
}

const PATIENCE_MS = 600_000;
const LOOK_EVERY_MS = 20;
const row = z.object({ participants: z.number() });

export async function openCounted(databaseUrl: string): Promise<Counted> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const count = async (): Promise<number> => {
    const { rows } = await client.query(
      'SELECT coalesce(sum(participants), 0)::int AS participants FROM event_counts',
    );
    return row.parse(rows[0]).participants;
  };
  return {
    async until(participants) {
      let found = 0;
      await waitFor(async () => (found = await count()) >= participants, {
        what: `${participants} participants to be counted`,
        timeoutMs: PATIENCE_MS,
        everyMs: LOOK_EVERY_MS,
      });
      return found;
    },
    close: () => client.end(),
  };
}
