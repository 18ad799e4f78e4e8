import { AnalyticsError } from './error';
import { isObject } from './json';

/** An operation as it is sent. */
export interface Operation {
  readonly query: string;
  readonly variables: unknown;
}

/**
 * An operation as JSON.
 *
 * @throws AnalyticsError that names the variables which are none: a BigInt, or what contains itself
 */
export function jsonOf({ query, variables }: Operation): string {
  try {
    return JSON.stringify({ query, variables });
  } catch (cause) {
    const names = isObject(variables)
      ? Object.keys(variables).filter((name) => !isJson(variables[name]))
      : [];
    const which = names.length > 0 ? names.join(', ') : 'the variables';
    throw new AnalyticsError('VARIABLES_NOT_JSON', {
      message: `What is asked with has to be JSON; ${which} cannot be written so.`,
      cause,
    });
  }
}

function isJson(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}
