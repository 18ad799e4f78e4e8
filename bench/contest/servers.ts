import type { Lifecycle } from '../../src/lifecycle';
import { type Addresses, publishAddresses } from '../../test/harness/addresses';
import { startServers } from '../../test/harness/servers';

/** Starts the servers that the environment does not name, and publishes their addresses for the harness. */
export async function openServers(lifecycle: Lifecycle): Promise<Addresses> {
  const servers = await startServers(process.env);
  lifecycle.own('servers', () => servers.remove());
  publishAddresses(servers.addresses);
  return servers.addresses;
}
