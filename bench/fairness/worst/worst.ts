import type { Operation } from '../../../test/hostile/clients/largest';
import type { AnswerCounts } from '../../../test/hostile/checks/answer-counts';

/** What one reader does on one transport, as fast as it is answered, until it is over. */
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

/** So many at a time, each going on as soon as it is answered. */
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
