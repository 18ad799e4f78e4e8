import { publishAddresses } from './addresses';
import { keepServers } from './kept-servers';
import { startServers } from './servers';

/** Jest runs this once before the first test of the projects that name it. */
export default async function setUp(): Promise<void> {
  const servers = await startServers(process.env);
  keepServers(servers);
  publishAddresses(servers.addresses);
}
