import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../../harness/machine/ports';
import { setInEnvFile, type Variables, writeEnvFile } from './env-file';
import { envFileOf } from './processes';
import { newSecret } from './secrets';

export const SERVICES = ['gateway', 'worker-1', 'worker-2'] as const;
export type ServiceName = (typeof SERVICES)[number];
export const WORKERS = ['worker-1', 'worker-2'] as const;
/** The variables of npm's commands. */
export const COMMANDS = 'commands';

/** The files of variables of a deployment, what its store of secrets hands out, and where its processes listen. */
export interface Configuration {
  /** The host and port of a process. */
  readonly place: (name: ServiceName) => string;
  readonly origin: (name: ServiceName) => string;
  readonly jwtSecret: string;
  /** Changes a variable in the files of these. */
  readonly configure: (
    names: readonly (ServiceName | typeof COMMANDS)[],
    variable: string,
    value: string,
  ) => void;
  /** What the store of secrets hands out under this name. */
  readonly keepSecret: (name: string, value: string) => void;
}

export interface ConfigurationOptions {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly broker: string;
  /** As JSON. */
  readonly platforms: string;
  readonly platformToken: string;
}

export async function writeConfiguration(options: ConfigurationOptions): Promise<Configuration> {
  const { folder, databaseUrl, redisUrl, broker, platforms, platformToken } = options;
  const ports = new Map<ServiceName, number>();
  for (const name of SERVICES) ports.set(name, await freePort());
  const jwtSecret = newSecret();
  const shared: Variables = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    KAFKA_BROKERS: broker,
    PRIVACY_KEY: newSecret(),
  };
  const own = (name: ServiceName): Variables =>
    name === 'gateway'
      ? { ROLES: 'gateway', JWT_SECRET: jwtSecret }
      : { ROLES: 'worker', CHANNEL_PLATFORMS: platforms, TV_TOKEN: platformToken };
  writeEnvFile(envFileOf(folder, COMMANDS), shared);
  for (const name of SERVICES)
    writeEnvFile(envFileOf(folder, name), {
      ...{ NODE_ENV: 'production', PORT: String(ports.get(name)) },
      ...shared,
      ...own(name),
    });
  mkdirSync(path.join(folder, 'secrets'));
  const place = (name: ServiceName): string => `127.0.0.1:${ports.get(name)}`;
  return {
    place,
    origin: (name) => `http://${place(name)}`,
    jwtSecret,
    configure(names, variable, value) {
      for (const name of names) setInEnvFile(envFileOf(folder, name), variable, value);
    },
    keepSecret: (name, value) => writeFileSync(path.join(folder, 'secrets', name), `${value}\n`),
  };
}
