import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../machine/commands';
import { install } from '../machine/debian';
import { createServerFolder, removeFolder } from '../machine/folders';
import { startProcess } from '../machine/process';
import { tell } from '../machine/progress';
import { waitFor } from '../wait-for';
import { kafkaAnswers } from './kafka';

/** The stand-in forgets everything when it ends, and chooses its port itself: it cannot be started again. */
export interface MockKafka {
  readonly name: string;
  readonly url: string;
  remove(): Promise<void>;
}

const START_MS = 20_000;

/** A cluster of one broker in memory that Debian's kcat carries, for machines without Maven Central. */
export async function startMockKafka(): Promise<MockKafka> {
  const program = await kcatProgram();
  const folder = createServerFolder('kafka-mock');
  const logFile = path.join(folder, 'server.log');
  const options = ['-b', 'mock', '-X', 'test.mock.num.brokers=1', '-C', '-t', 'keepalive', '-d', 'mock'];
  const server = startProcess({
    program,
    args: options,
    cwd: folder,
    logFile,
    signalWhenOrphaned: 'KILL',
  });
  const name = 'kafka stand-in (kcat)';
  const url = await waitFor(() => bootstrapServers(logFile), {
    what: `${name} to say where it listens`,
    timeoutMs: START_MS,
  });
  await waitFor(() => kafkaAnswers([url]), { what: `${name} to answer on ${url}`, timeoutMs: START_MS });
  tell(`${name}: ready on ${url}`);
  return {
    name,
    url,
    async remove() {
      await server.kill();
      removeFolder(folder);
    },
  };
}

function bootstrapServers(logFile: string): string | undefined {
  return /bootstrap\.servers=(\S+)/.exec(readFileSync(logFile, 'utf8'))?.[1];
}

async function kcatProgram(): Promise<string> {
  const found = findProgram('kcat');
  if (found) return found;
  await install(['kcat'], 'kafka: kcat, its stand-in, is missing');
  const installed = findProgram('kcat');
  if (!installed) throw new Error('kafka: kcat is not where its package puts it.');
  return installed;
}
