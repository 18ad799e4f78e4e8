import { Client } from 'pg';

/** Sends a statement over a connection of its own. @returns its rows */
export async function command(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

/** @returns the address of another database of the same server */
export function databaseOf(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * An empty database on the coordinator of a Citus and on each of its workers, which know of each other in it.
 *
 * @param name as `distributionOf` knows it
 * @param addressOf by which address the others reach a worker; its own when left out
 */
export async function freshCitusDatabase(
  coordinatorUrl: string,
  name: string,
  addressOf = (worker: string): string => worker,
): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const workers = await workersOf(coordinatorUrl);
  const nodes = [coordinatorUrl, ...workers];
  await Promise.all(nodes.map((node) => create(node, name)));
  const url = databaseOf(coordinatorUrl, name);
  await command(url, `SELECT citus_set_coordinator_host(${hostAndPort(coordinatorUrl)})`);
  for (const worker of workers)
    await command(url, `SELECT citus_add_node(${hostAndPort(addressOf(worker))})`);
  return {
    url,
    async drop() {
      // The coordinator first: it looks after the databases of its workers.
      for (const node of nodes) await command(alone(node), dropping(name));
    },
  };
}

/** A node that does not pass on to the others what is done to its databases, and asks none whether it may. */
export function alone(node: string): string {
  const url = new URL(node);
  url.searchParams.set(
    'options',
    '-c citus.enable_create_database_propagation=off -c citus.enable_ddl_propagation=off',
  );
  return url.href;
}

const dropping = (name: string): string => `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`;

async function create(node: string, name: string): Promise<void> {
  await command(alone(node), `CREATE DATABASE ${name}`);
  await command(databaseOf(node, name), 'CREATE EXTENSION citus');
}

/** @throws Error when the server is no coordinator with workers */
export async function workersOf(coordinatorUrl: string): Promise<readonly string[]> {
  const rows = await command(
    coordinatorUrl,
    'SELECT node_name, node_port FROM citus_get_active_worker_nodes()',
  );
  if (rows.length === 0)
    throw new Error('The coordinator of Citus has no workers: citus_add_node adds them.');
  return rows.map(({ node_name: name, node_port: port }) => {
    const url = new URL(coordinatorUrl);
    url.host = `${String(name)}:${String(port)}`;
    return url.href;
  });
}

function hostAndPort(url: string): string {
  const { hostname, port } = new URL(url);
  return `'${hostname}', ${port || '5432'}`;
}
