import { Client } from 'pg';

/** A separate connection, to end the service's sessions as an operator or a network might. */
export async function connectTo(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const OURS = `application_name = 'event-analytics' AND datname = current_database()`;

/** Ends every session of the service at once. @returns how many */
export async function endSessions(client: Client): Promise<number> {
  const { rowCount } = await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${OURS}`,
  );
  return rowCount ?? 0;
}

/** How many connections the service has open. */
export async function sessionCount(client: Client): Promise<number> {
  const { rowCount } = await client.query(`SELECT FROM pg_stat_activity WHERE ${OURS}`);
  return rowCount ?? 0;
}
