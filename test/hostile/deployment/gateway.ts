import path from 'node:path';
import { type ServiceProcess, startServiceProcess } from '../../faults/deployment/service-process';
import { freePort } from '../../harness/machine/ports';
import { waitFor } from '../../harness/wait-for';
import { type Memory, measureMemory } from './inspector';

/** A gateway to attack. */
export interface Gateway {
  readonly process: ServiceProcess;
  readonly origin: string;
  /** Its memory after a garbage collection. */
  memory(): Promise<Memory>;
}

export const HEAP_MEBIBYTES = 512;
const READY_MS = 60_000;

/**
 * Starts the built service with a heap of 512 MB, and with Node's inspector, which measures its memory.
 * @param env its other variables
 * @throws Error when it is not ready in time
 */
export async function startGateway(
  name: string,
  logFolder: string,
  env: NodeJS.ProcessEnv,
): Promise<Gateway> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const process = startServiceProcess({
    name,
    logFile: path.join(logFolder, `${name}.log`),
    env: {
      ...env,
      ROLES: 'gateway',
      PORT: String(port),
      NODE_OPTIONS: `--max-old-space-size=${HEAP_MEBIBYTES} --inspect=127.0.0.1:0`,
    },
  });
  const isReady = async (): Promise<boolean> =>
    process.ended !== undefined || (await fetch(`${origin}/readyz`)).ok;
  await waitFor(isReady, { what: `${name} to be ready`, timeoutMs: READY_MS, everyMs: 50 });
  const inspector = /Debugger listening on (ws:\S+)/.exec(process.said())?.[1];
  if (process.ended !== undefined || inspector === undefined)
    throw new Error(`${name} did not start:\n${process.said().slice(-2_000)}`);
  return { process, origin, memory: () => measureMemory(inspector) };
}
