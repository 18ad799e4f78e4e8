import type { TestServers } from './servers';

let kept: TestServers | undefined;

/** Set-up and tear-down are two modules that Jest loads into one process: what one starts, the other ends. */
export function keepServers(servers: TestServers): void {
  kept = servers;
}

export function keptServers(): TestServers | undefined {
  return kept;
}
