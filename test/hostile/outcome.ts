import { aligned } from '../../bench/live/table';
import type { Attack } from './attack';

/** The result of an attack. */
export interface Outcome {
  readonly attack: string;
  readonly what: string;
  /** The answers that the attacker got, in a few words. */
  readonly told: string;
  /** The longest wait for a health answer, without the machine's own waits. */
  readonly stallMs: number | undefined;
  /** The longest wait for a health answer, as measured by the prober. */
  readonly feltMs: number | undefined;
  readonly limitMs: number | undefined;
  /** How much more memory the gateway has than before the first attack, in MB. */
  readonly keptMebibytes: number | undefined;
  readonly tookMs: number;
  readonly problems: readonly string[];
}

const HEAD = ['attack', 'answers to the attacker', 'stall (felt), of at most', 'kept', 'verdict'];

export const isHeld = ({ problems }: Outcome): boolean => problems.length === 0;

/** The result of an attack whose gateway did not start. */
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
