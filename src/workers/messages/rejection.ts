import { z } from 'zod';

/** Why a message can never be applied, in words that name fields and rules but repeat no value. */
export interface Rejection {
  readonly kind: 'rejected';
  readonly reason: string;
}

const PROBLEMS_NAMED = 4;
const LONGEST_REASON = 500;

export function rejected(reason: string): Rejection {
  return { kind: 'rejected', reason };
}

/** @returns the first few problems with their places, `channels[2].cost: must be …`, and how many more there are */
export function reasonOf(error: z.ZodError): string {
  const problems = error.issues.map(({ path, message }) => `${z.core.toDotPath(path)}: ${message}`);
  const named = problems.slice(0, PROBLEMS_NAMED);
  const rest = problems.length - named.length;
  if (rest > 0) named.push(`and ${rest} more`);
  return named.join('; ').slice(0, LONGEST_REASON);
}
