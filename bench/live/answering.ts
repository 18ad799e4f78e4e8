import { z } from 'zod';

/** The questions and answers of the benchmark's processes over Node's IPC channel. */
const asked = z.object({ id: z.number(), question: z.string(), about: z.unknown() });
export const told = z.union([
  z.object({ id: z.number(), answer: z.unknown() }),
  z.object({ id: z.number(), failure: z.string() }),
]);

type Answers = Readonly<Record<string, (about: unknown) => unknown>>;

/** Answers the parent's questions, and keeps this process alive for them. */
export function answerParent(answers: Answers): void {
  process.on('message', (message) => {
    const { id, question, about } = asked.parse(message);
    const answer = answers[question];
    // Some questions are the probe's.
    if (answer === undefined) return;
    Promise.resolve()
      .then(() => answer(about))
      .then(
        (found) => process.send?.({ id, answer: found ?? null }),
        (error: unknown) => process.send?.({ id, failure: String(error) }),
      );
  });
  // The probe has let go of it.
  process.channel?.ref();
}
