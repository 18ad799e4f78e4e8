import type { Random } from '../../src/commands/simulator/random';
import type { FaultServers } from './deployment/servers';
import type { Deployment } from './deployment/deployment';

/** A fault injected into the service, and the checks afterwards. */
export interface Fault {
  readonly name: string;
  /** What is done to which part, for the table. */
  readonly what: string;
  /** Whether it belongs to the selection that fits into six minutes. */
  readonly isInShort: boolean;
  /** A longer run is aborted and counts as failed. */
  readonly limitMs: number;
  run(context: FaultContext): Promise<Findings>;
}

/** What a fault runs with. */
export interface FaultContext {
  readonly random: Random;
  /** Whether faults that last minutes last seconds instead. */
  readonly isShort: boolean;
  readonly logFolder: string;
  /** The servers that faults share; started at the first call. */
  servers(): Promise<FaultServers>;
  /** The deployment that faults share, with all processes running. */
  deployment(): Promise<Deployment>;
  /** The fault leaves the deployment damaged: the next fault gets a new one. */
  markDeploymentDirty(): void;
  /** Closes the resource after the fault, also after a failed one. */
  own<Resource extends { close(): Promise<unknown> }>(resource: Resource): Resource;
  tell(line: string): void;
}

/** The result of a fault. */
export interface Findings {
  readonly lost: number;
  readonly doubled: number;
  /** The answers that readers got, in a few words. */
  readonly readers: string;
  /** Undefined where there were no readers. */
  readonly longestWaitMs: number | undefined;
  /** How long the service took to resume by itself; undefined where it is not measured or did not happen. */
  readonly wentOnMs: number | undefined;
  /** Everything that is wrong. Empty: the fault was survived. */
  readonly problems: readonly string[];
}

/** The result of a fault without readers. */
export function withoutReaders(problems: readonly string[]): Findings {
  return { lost: 0, doubled: 0, readers: '–', longestWaitMs: undefined, wentOnMs: undefined, problems };
}
