import { type Config, loadConfig } from '../../../src/config';
import { ConfigError } from '../../../src/config/problems';

const anyZone = () => undefined;
export const load = (env: NodeJS.ProcessEnv): Config => loadConfig(env, anyZone);

export function problemsOf(
  env: NodeJS.ProcessEnv,
  requireTimeZone: (zone: string) => unknown = anyZone,
): string[] {
  try {
    loadConfig(env, requireTimeZone);
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
