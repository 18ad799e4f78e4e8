import { type Answer, firstError } from '../clients/http';
import type { AnswerCounts } from './answer-counts';

/** The answers that an attack may get. */
export interface Allowed {
  /** Whether an answer with data is right, because each single request is within the limits. */
  readonly served: boolean;
  /** What the message of a refusal must contain. */
  readonly about?: RegExp;
}

/** Counts the answers for the table. @returns what is wrong with them, by kind with its count */
export function checkAnswers(answers: readonly Answer[], allowed: Allowed, counts: AnswerCounts): string[] {
  const problems = new Map<string, number>();
  for (const answer of answers) {
    counts.add(kindOf(answer));
    const problem = problemOf(answer, allowed);
    if (problem !== undefined) problems.set(problem, (problems.get(problem) ?? 0) + 1);
  }
  return [...problems].map(([problem, count]) => `${problem} (${count} of ${answers.length})`);
}

export function kindOf(answer: Answer): string {
  const code = firstError(answer)?.code;
  if (answer.failure !== undefined) return answer.failure;
  return code === undefined ? String(answer.status) : `${answer.status} ${code}`;
}

const TOO_LARGE = 413;
const TOO_MUCH = [429, 503];
/** As `extensions.code` of a GraphQL error has it. */
const OUR_FAILURE = /"code":"(?:INTERNAL_SERVER_ERROR|[A-Z]+_UNAVAILABLE)"/;

function problemOf(answer: Answer, { served, about }: Allowed): string | undefined {
  const { status, headers, failure, body } = answer;
  const error = firstError(answer);
  if (failure !== undefined) return `not answered: ${failure}`;
  // All servers are running: an answer that says otherwise waited too long because of the attack.
  if (OUR_FAILURE.test(body) && !TOO_MUCH.includes(status)) return `told as our failure: ${error?.code}`;
  if (TOO_MUCH.includes(status))
    return headers['retry-after'] === undefined ? `${status} without Retry-After` : undefined;
  if (status >= 500) return `answered ${status}`;
  if (status < 400 && error === undefined)
    return served ? undefined : `served with ${status} instead of refused`;
  if (status === TOO_LARGE) return undefined;
  if (about !== undefined && !about.test(error?.message ?? body))
    return `refused for another reason: ${(error?.message ?? body).slice(0, 120)}`;
  return undefined;
}
