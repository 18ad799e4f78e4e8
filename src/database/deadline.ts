import { within } from '../runtime/timeout';

/** A question was put, and nothing came back in time; not that it was answered with an error. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';

  constructor(limitMs: number) {
    super(`The database has not answered within ${Math.round(limitMs)} ms.`);
  }
}

/** The moment until which something may take. */
export interface Deadline {
  /** @throws NoAnswer once the moment has come; the result of what is under way is dropped then */
  within<T>(question: Promise<T>): Promise<T>;
}

/** After a pause of the whole process a timer ends before the answer, which is there, has been read. `within` waits one phase. */
const READING_MS = 50;

/** @param limitMs from now on */
export function deadlineIn(limitMs: number): Deadline {
  const end = performance.now() + limitMs;
  const refuse = (): never => {
    throw new NoAnswer(limitMs);
  };
  return {
    within: (question) =>
      within(end - performance.now(), question, () => within(READING_MS, question, refuse)),
  };
}

/** For what may take as long as it takes. */
export const NO_DEADLINE: Deadline = { within: (question) => question };
