import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pinServer } from '../contest/machine';
import { processRssBytes, processSeconds } from '../contest/process-usage';
import { type ServiceProcess, startServiceProcess } from '../../test/faults/deployment/service-process';
import { freePort } from '../../test/harness/machine/ports';
import { waitFor } from '../../test/harness/wait-for';
import type { Kind } from './kinds';

/** One start, and the idle time after it. */
export interface Start {
  /** Until it was ready; null when it does not report that. */
  readonly startMs: number | null;
  /** Of processor time: 1 is one core, all the time. */
  readonly coresAtRest: number;
  readonly rssBytes: number;
}

/**
 * The work after a start is done by then: compiling, connecting in the background, collecting garbage. V8 returns the memory
 * of a start once little has been allocated for some of its checks, which are eight seconds apart.
 */
const SETTLED_MS = 30_000;
const READY_MS = 60_000;
const LOOK_EVERY_MS = 5;

/** Starts it without anything in it that measures: what is preloaded elsewhere wakes a process 200 times a second. */
export async function measureStart(kind: Kind, logFolder: string, atRestSeconds: number): Promise<Start> {
  const begun = performance.now();
  const { process } = await start(kind, logFolder);
  const startMs = performance.now() - begun;
  try {
    await sleep(SETTLED_MS);
    const before = processSeconds(process.pid);
    await sleep(atRestSeconds * 1_000);
    const coresAtRest = (processSeconds(process.pid) - before) / atRestSeconds;
    return { startMs, coresAtRest, rssBytes: processRssBytes(process.pid) };
  } finally {
    await process.terminate();
  }
}

export interface Started {
  readonly process: ServiceProcess;
  readonly origin: string;
}

type Program = Pick<Kind, 'name' | 'env' | 'script'>;

/** @throws Error when it has ended, or is not ready in time */
export async function start({ name, env, script }: Program, logFolder: string): Promise<Started> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const process = startServiceProcess({
    name,
    logFile: path.join(logFolder, `${name.replaceAll(/\W+/g, '-')}.log`),
    env: { ...env, PORT: String(port) },
    ...(script !== undefined && { script }),
  });
  pinServer(process.pid);
  const isReady = async (): Promise<boolean> =>
    process.ended !== undefined || (await fetch(`${origin}/readyz`)).ok;
  await waitFor(isReady, { what: `${name} to be ready`, timeoutMs: READY_MS, everyMs: LOOK_EVERY_MS });
  if (process.ended !== undefined) throw new Error(`${name} did not start:\n${process.said().slice(-2_000)}`);
  return { process, origin };
}
