import { aligned } from '../../bench/live/table';
import type { Attack } from './attack';

/** What became of an attack. */
export interface Outcome {
  readonly attack: string;
  readonly what: string;
  /** What the attacker was told, in a few words. */
  readonly told: string;
  /** The longest that the gateway held up whoever asked how it is, the machine's own waits taken off. */
  readonly stallMs: number | undefined;
  /** The same as whoever asked felt it. */
  readonly feltMs: number | undefined;
  readonly limitMs: number | undefined;
  /** How much more the gateway holds than before the first attack, in MB. */
  readonly keptMebibytes: number | undefined;
  readonly tookMs: number;
  readonly problems: readonly string[];
}

const HEAD = ['attack', 'what the attacker was told', 'stall (felt), of at most', 'kept', 'verdict'];

export const isHeld = ({ problems }: Outcome): boolean => problems.length === 0;

/** Of an attack for which there was no gateway. */
export function notMade({ name, what }: Pick<Attack, 'name' | 'what'>, error: unknown): Outcome {
  const reason = error instanceof Error ? error.message : String(error);
  const nothing = {
    told: '–',
    stallMs: undefined,
    feltMs: undefined,
    limitMs: undefined,
    keptMebibytes: undefined,
  };
  return { attack: name, what, ...nothing, tookMs: 0, problems: [`it could not be made: ${reason}`] };
}

export function toTable(outcomes: readonly Outcome[]): string {
  return aligned([HEAD, ...outcomes.map((outcome) => [outcome.attack, ...cells(outcome)])]).join('\n');
}

function cells(outcome: Outcome): string[] {
  const { told, stallMs, feltMs, limitMs, keptMebibytes } = outcome;
  return [
    told,
    `${ms(stallMs)} (${ms(feltMs)}), ${ms(limitMs)}`,
    keptMebibytes === undefined ? '–' : `${keptMebibytes} MB`,
    isHeld(outcome) ? 'held' : 'NOT HELD',
  ];
}

function ms(value: number | undefined): string {
  return value === undefined ? '–' : `${Math.round(value)} ms`;
}
