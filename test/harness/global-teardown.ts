import { keptServers } from './kept-servers';

/** Jest runs this once, after the last test and its summary. */
export default async function tearDown(): Promise<void> {
  const servers = keptServers();
  await servers?.remove();
  servers?.tellBroker();
}
