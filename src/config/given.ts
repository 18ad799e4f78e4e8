import type { z } from 'zod';
import { unusable } from './problems';

/** Throws for a time zone in which the service cannot count days; the message says why. */
export type RequireTimeZone = (zone: string) => unknown;

/** What variables may name that other folders define; the composition hands it over. */
export interface Vocabulary {
  readonly requireTimeZone: RequireTimeZone;
  /** The topics, without the prefix of an installation. */
  readonly topics: readonly string[];
}

/** The variables that are set, unparsed; blank ones are left out. */
export type Given = Readonly<Record<string, string | undefined>>;

export function withoutBlanks(env: NodeJS.ProcessEnv): Given {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
}

/** One problem for each variable: its first error. */
export function describe(error: z.ZodError, given: Given): string[] {
  const byName = new Map<string, string>();
  for (const { path, message } of error.issues) {
    const name = String(path[0]);
    if (!byName.has(name)) byName.set(name, unusable(name, given[name], message));
  }
  return [...byName.values()];
}

export function zoneProblems(zone: string | undefined, requireTimeZone: RequireTimeZone): string[] {
  if (zone === undefined) return [];
  try {
    requireTimeZone(zone.trim());
    return [];
  } catch {
    return [unusable('BUSINESS_TIME_ZONE', zone, 'an IANA zone of whole-hour offsets, like Asia/Seoul')];
  }
}
