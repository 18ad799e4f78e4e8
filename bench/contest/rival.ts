import type { Lifecycle } from '../../src/lifecycle';
import { type Child, startChild } from '../live/child';
import { addressOf } from '../live/messages';
import { rivalProgram } from './installed';
import { pinServer } from './machine';
import type { Deployment } from './deployment';

/** A server that does part of what the service does, in its own process. */
export interface Rival {
  readonly server: Child;
  /** Where it answers: all of its address that is not the request's. */
  readonly url: string;
}

/** @param file under bench/rivals */
export async function startRival(
  lifecycle: Lifecycle,
  deployment: Deployment,
  name: string,
  file: string,
): Promise<Rival> {
  const { databaseUrl, redisUrl, secret } = deployment;
  const program = rivalProgram(file);
  const server = startChild({
    name,
    script: program.script,
    env: {
      ...program.env,
      NODE_ENV: 'production',
      GRAPHILE_ENV: 'production',
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      JWT_SECRET: secret,
    },
  });
  lifecycle.own(name, () => server.end());
  pinServer(server.pid);
  return { server, ...(await server.ask('address', addressOf)) };
}
