import { type Config, loadConfig } from '../../../src/config';
import { vocabulary } from '../../../src/composition/vocabulary';
import type { RequireTimeZone, Vocabulary } from '../../../src/config/given';
import { ConfigError } from '../../../src/config/problems';

/** That of the service, in which every time zone is known. */
export const anyZone: Vocabulary = { ...vocabulary, requireTimeZone: () => undefined };
export const load = (env: NodeJS.ProcessEnv): Config => loadConfig(env, anyZone);

export function problemsOf(
  env: NodeJS.ProcessEnv,
  requireTimeZone: RequireTimeZone = anyZone.requireTimeZone,
): string[] {
  try {
    loadConfig(env, { ...anyZone, requireTimeZone });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return [...error.problems];
    throw error;
  }
}

export const SECRET = 'a secret of thirty-two bytes, or more';
export const SERVERS = {
  DATABASE_URL: 'postgresql://u:p@db/analytics',
  REDIS_URL: 'redis://cache',
  KAFKA_BROKERS: 'k1:9092',
};
