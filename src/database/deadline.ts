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

/** After a pause of the whole process a timer ends before the answer, which is there, has been read. */
const READING_MS = 50;

/** @param limitMs from now on */
export function deadlineIn(limitMs: number): Deadline {
  const end = performance.now() + limitMs;
  return {
    async within(question) {
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<never>((_, reject) => {
        const refuse = (): void => reject(new NoAnswer(limitMs));
        timer = setTimeout(() => (timer = setTimeout(refuse, READING_MS)), end - performance.now());
      });
      try {
        return await Promise.race([question, tooLate]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** For what may take as long as it takes. */
export const NO_DEADLINE: Deadline = { within: (question) => question };
