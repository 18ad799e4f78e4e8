import { z } from 'zod';
import { metUnderOtherName } from './snake-case';

/** Why a message can never be applied, in words that name fields and rules but repeat no value. */
export interface Rejection {
  readonly kind: 'rejected';
  readonly reason: string;
  /** Whether it came for what is sealed: as a dead letter it leaves like that. */
  readonly sealed?: true;
}

const PROBLEMS_NAMED = 4;
const LONGEST_REASON = 500;

export function rejected(reason: string): Rejection {
  return { kind: 'rejected', reason };
}

/** @param reason kept with each such message, of which there may be very many: it should be short */
export function rejectedAsSealed(reason: string): Rejection {
  return { ...rejected(reason), sealed: true };
}

/**
 * @param value what was looked at: a field that is missing may be there under another name
 * @returns the first few problems with their places, `channels[2].cost: must be …`, and how many more there are
 */
export function reasonOf(error: z.ZodError, value?: unknown): string {
  const problems = error.issues.map(({ path, message }) => {
    const other = metUnderOtherName(value, path);
    return `${z.core.toDotPath(path)}: ${message}${other === undefined ? '' : ` (${other} is there)`}`;
  });
  const named = problems.slice(0, PROBLEMS_NAMED);
  const rest = problems.length - named.length;
  if (rest > 0) named.push(`and ${rest} more`);
  return named.join('; ').slice(0, LONGEST_REASON);
}
