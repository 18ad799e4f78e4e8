// Generates what has to be, compiles src to dist, puts beside it what is read from disk at run time and what is used of
// packages that production has not, and builds the dashboard to dist/web.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { carry } from './carry.mjs';

const ASSETS = [
  'rest/openapi.yaml',
  'schema/schema.graphql',
  'domain/industry-reference.json',
  'commands/pos/layouts',
];

const swc = createRequire(import.meta.url).resolve('@swc/cli/bin/swc.js');
run(['scripts/generate.mjs', '--if-changed']);
// The dashboard takes longest, and is built only when it is outdated.
for (const made of existsSync('dist') ? readdirSync('dist') : []) {
  if (made !== 'web') rmSync(`dist/${made}`, { recursive: true });
}
run([swc, 'src', '--out-dir', 'dist', '--strip-leading-paths', '--quiet']);
for (const asset of ASSETS) cpSync(`src/${asset}`, `dist/${asset}`, { recursive: true });
cpSync('web/generated/persisted-operations.json', 'dist/persisted-operations.json');
carry('dist');
run(['scripts/build-web.mjs']);

function run(command) {
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
