import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { prometheusProgram } from '../machine/deploy-tools';
import { createServerFolder } from '../machine/folders';
import { freePort } from '../machine/ports';
import { createServer, type Server } from './server';

export interface PrometheusSettings {
  /** Hosts and ports whose /metrics it reads. */
  readonly targets: readonly string[];
  /** A file of rules, by its whole path. */
  readonly rules: string;
}

const EVERY = '5s';
const READY_MS = 2_000;

/** A Prometheus of Debian's on a free port, whose job is named as the rules expect. */
export async function createPrometheus({ targets, rules }: PrometheusSettings): Promise<Server> {
  const program = await prometheusProgram();
  const folder = createServerFolder('prometheus');
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const settings = path.join(folder, 'prometheus.yml');
  return createServer({
    name: 'prometheus',
    url,
    folder,
    command: {
      program,
      args: [
        `--config.file=${settings}`,
        `--storage.tsdb.path=${path.join(folder, 'data')}`,
        `--web.listen-address=${address}`,
      ],
    },
    signalWhenOrphaned: 'KILL',
    stopSignal: 'SIGTERM',
    prepare() {
      // JSON is YAML.
      const config = {
        global: { scrape_interval: EVERY, evaluation_interval: EVERY },
        rule_files: [rules],
        scrape_configs: [{ job_name: 'event-analytics', static_configs: [{ targets }] }],
      };
      writeFileSync(settings, JSON.stringify(config, null, 2));
      return Promise.resolve();
    },
    answers: async () => (await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(READY_MS) })).ok,
  });
}
