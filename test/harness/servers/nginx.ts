import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../machine/commands';
import { install } from '../machine/debian';
import { createServerFolder } from '../machine/folders';
import { freePort } from '../machine/ports';
import { createServer, type Server } from './server';

/** The project's own nginx ahead of gateways. */
export interface Nginx extends Server {
  /** Which gateways have been asked for each path, by their addresses. */
  asked(): ReadonlyMap<string, ReadonlySet<string>>;
}

const OURS = path.join(__dirname, '../../../deploy/nginx/gateways.conf');
const LOG = 'asked.log';

/** @param gateways where they are, in place of the names that the project's file has. */
export async function createNginx(gateways: readonly string[]): Promise<Nginx> {
  const program = await nginxProgram();
  const folder = createServerFolder('nginx');
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const settings = path.join(folder, 'nginx.conf');
  const server = createServer({
    name: 'nginx',
    url,
    folder,
    command: { program, args: ['-p', folder, '-c', settings, '-e', 'stderr'] },
    signalWhenOrphaned: 'KILL',
    stopSignal: 'SIGTERM',
    prepare() {
      mkdirSync(path.join(folder, 'temp'));
      writeFileSync(settings, settingsFor(ourSettings(port, gateways)));
      return Promise.resolve();
    },
    answers: async () => (await fetch(`${url}/api/health`)).ok,
  });
  return {
    ...server,
    asked() {
      const byPath = new Map<string, Set<string>>();
      for (const line of readFileSync(path.join(folder, LOG), 'utf8').split('\n').filter(Boolean)) {
        const [asked = '', ...gatewaysAsked] = line.split(' ');
        const known = byPath.get(asked) ?? new Set();
        byPath.set(asked, known);
        // Where the first one is away: "one, another".
        for (const gateway of gatewaysAsked) known.add(gateway.replace(',', ''));
      }
      return byPath;
    },
  };
}

/** Nothing but the addresses is changed. */
function ourSettings(port: string, gateways: readonly string[]): string {
  return gateways
    .reduce(
      (text, gateway, index) => text.replace(`gateway-${index + 1}:8084`, gateway),
      readFileSync(OURS, 'utf8'),
    )
    .replace('listen 8084;', `listen 127.0.0.1:${port};`);
}

const settingsFor = (ours: string): string => `daemon off;
worker_processes 1;
pid nginx.pid;
events {}
http {
  log_format asked '$uri $upstream_addr';
  access_log ${LOG} asked;
  client_body_temp_path temp/body;
  proxy_temp_path temp/proxy;
  fastcgi_temp_path temp/fastcgi;
  uwsgi_temp_path temp/uwsgi;
  scgi_temp_path temp/scgi;
${ours}
}
`;

async function nginxProgram(): Promise<string> {
  const found = findProgram('nginx');
  if (found) return found;
  await install(['nginx-light'], 'nginx is missing');
  const installed = findProgram('nginx');
  if (!installed) throw new Error('nginx is not where its package puts it.');
  return installed;
}
