import { Client } from 'pg';
import { waitFor } from '../../test/harness/wait-for';
import { startWorker, type WorkerPlan } from './consumers';

const READY_MS = 60_000;

/** Has a worker make the tables and take the definitions of the events, and ends it. */
export async function prepareDatabase(plan: WorkerPlan): Promise<void> {
  const worker = startWorker(plan);
  const client = new Client({ connectionString: plan.databaseUrl });
  await client.connect();
  const areKnown = async (): Promise<boolean> =>
    (await client.query('SELECT FROM events')).rowCount === plan.log.events.length;
  try {
    await waitFor(areKnown, { what: 'the events to be known', timeoutMs: READY_MS, everyMs: 100 });
    await client.query('VACUUM ANALYZE');
  } finally {
    await Promise.all([client.end(), worker.end()]);
  }
}
