import { Client } from 'pg';
import type { ServiceProcess } from './contract/service-process';
import { waitFor } from './wait-for';

/** Waits until a process has a connection to its database: its start has begun. */
export async function untilConnected(service: ServiceProcess, databaseUrl: string): Promise<void> {
  const observed = new URL(databaseUrl);
  const name = observed.pathname.slice(1);
  observed.pathname = '/postgres';
  const observer = new Client({ connectionString: observed.href });
  await observer.connect();
  const query = { text: 'SELECT 1 FROM pg_stat_activity WHERE datname = $1', values: [name] };
  const hasEnded = (): boolean => service.process.exitCode !== null;
  try {
    await waitFor(async () => hasEnded() || (await observer.query(query)).rows.length > 0, {
      what: 'the process to connect to its database',
      timeoutMs: 60_000,
      everyMs: 2,
    });
  } finally {
    await observer.end();
  }
  if (hasEnded()) throw new Error(`The process ended:\n${service.said()}`);
}
