import type { Random } from '../../src/commands/simulator/random';
import type { FaultServers } from './stage/servers';
import type { Stage } from './stage/stage';

/** Something that happens to the service, and what has to be so afterwards. */
export interface Fault {
  readonly name: string;
  /** What is done to which part, as the table tells it. */
  readonly what: string;
  /** Whether it is among those that fit into six minutes. */
  readonly isInShort: boolean;
  /** After so long it is given up, and has failed. */
  readonly limitMs: number;
  play(run: Run): Promise<Findings>;
}

/** What a fault is given. */
export interface Run {
  readonly random: Random;
  /** Whether what lasts minutes is to last seconds. */
  readonly isShort: boolean;
  readonly logFolder: string;
  /** The servers that faults share; started when they are first asked for. */
  servers(): Promise<FaultServers>;
  /** The stage that faults share, whole. */
  stage(): Promise<Stage>;
  /** What the fault leaves behind is not whole: the next one gets a stage of its own. */
  spoilStage(): void;
  /** To be closed when the fault is over, or broken off. */
  own<Resource extends { close(): Promise<unknown> }>(resource: Resource): Resource;
  tell(line: string): void;
}

/** What a fault did. */
export interface Findings {
  readonly lost: number;
  readonly doubled: number;
  /** What readers were answered, in a few words. */
  readonly readers: string;
  /** Undefined where nobody read. */
  readonly longestWaitMs: number | undefined;
  /** How long it took to go on by itself; undefined where that is not measured, or did not happen. */
  readonly wentOnMs: number | undefined;
  /** Everything that is not as it should be. None: the fault was survived. */
  readonly problems: readonly string[];
}

/** The findings of a fault that nobody watched but us. */
export function alone(problems: readonly string[]): Findings {
  return { lost: 0, doubled: 0, readers: '–', longestWaitMs: undefined, wentOnMs: undefined, problems };
}
