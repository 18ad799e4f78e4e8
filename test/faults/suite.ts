import type { StartServers } from './deployment/servers';
import type { Fault } from './fault';

/** Faults that a command plays, and what they are played into. */
export interface FaultSuite {
  /** As it is called: `npm run <command>`. */
  readonly command: string;
  /** The rest of the sentence "Injects faults into …". */
  readonly into: string;
  /** How long the short selection takes, in words. */
  readonly shortTakes: string;
  /** A sentence about what some of its faults need of the machine. */
  readonly needs?: string;
  /** In the order of the page. */
  readonly faults: readonly Fault[];
  readonly startServers: StartServers;
  /** The page that has the table, from the project's root. */
  readonly page: string;
}

/** Where a run's table is written as JSON when nothing else is said. */
export const outputOf = ({ command }: FaultSuite): string => `.cache/${command.replace('test:', '')}.json`;
