import { sqlState } from './failures';

/**
 * The database cannot be asked at the moment: it is away, it hangs, or it has no connection left. The same statement may
 * succeed later; what it was to tell is not known meanwhile.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';

  constructor(cause: unknown) {
    super('The database does not answer.', { cause });
  }
}

/** Whether a failure, or a cause below it, means that the database cannot be asked at the moment. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (let next = error; next instanceof Error; next = next.cause) {
    if (next instanceof DatabaseUnavailable) return true;
  }
  // Class 08: connection exceptions. Class 53: insufficient resources. Class 57: operator intervention, a shutdown or a
  // statement that took too long among them. (PostgreSQL, appendix A)
  const state = sqlState(error);
  return state !== undefined && ['08', '53', '57'].some((kind) => state.startsWith(kind));
}
