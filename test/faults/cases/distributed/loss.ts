import type { Server } from '../../../harness/servers/server';

/** How a master of Redis is lost, and how it comes back. */
export interface Loss {
  readonly lose: (master: Server) => unknown;
  readonly comeBack: (master: Server) => unknown;
}

export const KILLED: Loss = { lose: (master) => master.kill(), comeBack: (master) => master.start() };
export const FROZEN: Loss = { lose: (master) => master.freeze(), comeBack: (master) => master.thaw() };

/** How soon after its end all has to be right, and how long another server may take to become the master. */
export const RIGHT_MS = 15_000;
export const PROMOTED_MS = 60_000;
/** How long another server stays the master: what is done to it, and no wait for anything. */
export const AWAY_MS = 5_000;
