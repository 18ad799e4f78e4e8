// Compiles src to dist, and puts beside it what is read from disk at run time.
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';

const ASSETS = ['rest/openapi.yaml', 'schema/schema.graphql', 'metrics/industry-reference.json'];

const swc = createRequire(import.meta.url).resolve('@swc/cli/bin/swc.js');
rmSync('dist', { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  [swc, 'src', '--out-dir', 'dist', '--strip-leading-paths', '--quiet'],
  {
    stdio: 'inherit',
  },
);
if (status !== 0) process.exit(status ?? 1);
for (const asset of ASSETS) cpSync(`src/${asset}`, `dist/${asset}`);
