import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import type { Operated } from './processes';
import { writeScript } from './script';

/** What an operator starts, stops and looks at, by name. */
export type OperatedParts = ReadonlyMap<string, Operated>;

/** Scripts in the operator's folder: ./status, ./start <name>, ./stop <name>, ./restart <name>. */
export interface OperatorsCommands {
  close(): Promise<void>;
}

const VERBS = ['start', 'stop', 'restart'] as const;
type Verb = (typeof VERBS)[number];
const OK = 200;
const REFUSED = 404;
const FAILED = 500;

/**
 * The processes are children of this one, so that they end with it; the scripts ask it, over a socket in the folder.
 */
export async function openOperatorsCommands(
  folder: string,
  parts: OperatedParts,
): Promise<OperatorsCommands> {
  const socket = path.join(folder, '.control');
  const server = createServer((request, response) => {
    void answer(parts, request.url ?? '/').then(({ status, text }) => {
      response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
    });
  });
  server.listen(socket);
  await once(server, 'listening');
  const ask = `curl --silent --show-error --fail-with-body --unix-socket '${socket}'`;
  writeScript(path.join(folder, 'status'), `exec ${ask} http://operated/status`);
  for (const verb of VERBS)
    writeScript(
      path.join(folder, verb),
      `for name in "$@"; do ${ask} "http://operated/${verb}/$name" || exit 1; done`,
    );
  return {
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function answer(parts: OperatedParts, url: string): Promise<Answer> {
  const [, verb = '', name = ''] = url.split('/');
  if (verb === 'status')
    return { status: OK, text: [...parts.values()].map((part) => part.status()).join('\n') };
  const part = parts.get(name);
  if (part === undefined || !isVerb(verb))
    return { status: REFUSED, text: `There is no ${name || 'name'} here: ${[...parts.keys()].join(', ')}` };
  try {
    return { status: OK, text: await perform(verb, part) };
  } catch (error) {
    return { status: FAILED, text: `${name}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

const isVerb = (verb: string): verb is Verb => VERBS.some((known) => known === verb);

async function perform(verb: Verb, part: Operated): Promise<string> {
  if (verb !== 'start') {
    const stopped = await part.stop();
    if (verb === 'stop') return stopped;
  }
  return part.start();
}
