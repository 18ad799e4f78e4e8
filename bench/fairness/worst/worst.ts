import type { Operation } from '../../../test/hostile/clients/largest';
import type { AnswerCounts } from '../../../test/hostile/checks/answer-counts';

/** What the attacker does on one transport, as fast as it gets answers, until it is stopped. */
export type Worst = (victim: Victim) => Promise<void>;

export interface Victim {
  readonly origin: string;
  readonly token: string;
  /** Of a shop of a thousand events. */
  readonly eventIds: readonly string[];
  /** The largest operations that are within the limits. */
  readonly largest: readonly Operation[];
  readonly answerCounts: AnswerCounts;
  isOver(): boolean;
}

/** Runs many at a time, each continuing as soon as it gets its answer. */
export async function atOnce(
  count: number,
  victim: Victim,
  once: (number: number) => Promise<void>,
): Promise<void> {
  let number = 0;
  const goOn = async (): Promise<void> => {
    while (!victim.isOver()) await once((number += 1));
  };
  await Promise.all(Array.from({ length: count }, goOn));
}
