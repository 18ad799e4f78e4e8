import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import type { z } from 'zod';
import { told } from './answering';

/** A process of the benchmark's own. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** @throws Error when it answers that it cannot, has ended, or does not answer in time */
  ask<Answer>(
    question: string,
    answer: z.ZodType<Answer>,
    about?: unknown,
    timeoutMs?: number,
  ): Promise<Answer>;
  hasEnded(): boolean;
  /** Asks it to end, and kills it when it does not. */
  end(): Promise<void>;
}

export interface ChildPlan {
  readonly name: string;
  /** A compiled script, or one of the benchmark's in TypeScript. */
  readonly script: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly nodeOptions?: readonly string[];
}

const ROOT = path.join(__dirname, '..', '..');
const PROBE = path.join(__dirname, 'probe.js');
const ANSWER_MS = 60_000;
const ORDERLY_END_MS = 8_000;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Starts Node on a script, with the probe in it. What it writes to stdout goes to stderr, as progress does. */
export function startChild({ name, script, env = {}, nodeOptions = [] }: ChildPlan): Child {
  const typescript = script.endsWith('.ts') ? ['--require', '@swc-node/register'] : [];
  const child = spawn(process.execPath, [...nodeOptions, ...typescript, '--require', PROBE, script], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 2, 2, 'ipc'],
    serialization: 'advanced',
  });
  const waiting = new Map<number, Waiting>();
  let asked = 0;

  child.on('message', (message) => {
    const answer = told.parse(message);
    const asker = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('failure' in answer) asker?.reject(new Error(`${name}: ${answer.failure}`));
    else asker?.resolve(answer.answer);
  });
  const fail = (reason: string): void => {
    for (const { reject } of waiting.values()) reject(new Error(`${name} ${reason}`));
    waiting.clear();
  };
  child.once('error', (error) => fail(`failed: ${error.message}`));
  child.once('exit', (code, signal) => fail(`ended (${signal ?? code ?? 'unknown'})`));

  return {
    name,
    pid: child.pid ?? 0,
    hasEnded: () => hasEnded(child),
    async ask(question, schema, about, timeoutMs = ANSWER_MS) {
      if (hasEnded(child)) throw new Error(`${name} has ended.`);
      const id = ++asked;
      let timer: NodeJS.Timeout | undefined;
      const answer = await new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        timer = setTimeout(() => reject(new Error(`${name} did not answer ${question} in time.`)), timeoutMs);
        child.send({ id, question, about });
      }).finally(() => {
        clearTimeout(timer);
        waiting.delete(id);
      });
      return schema.parse(answer);
    },
    async end() {
      if (hasEnded(child)) return;
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const killing = setTimeout(() => child.kill('SIGKILL'), ORDERLY_END_MS);
      await ended;
      clearTimeout(killing);
    },
  };
}

function hasEnded({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}
