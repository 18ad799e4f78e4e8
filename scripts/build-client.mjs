// Builds clients/typescript to its dist, unless its sources have not changed since the last build: the package as npm publishes it.
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { filesBelow, hashOf, readStamp } from './sources.mjs';

const HELP = `Usage: npm run build:client [-- --force]

Builds the client to clients/typescript/dist: modules for import and for require, each with its types. Does nothing when
nothing has changed since the last time.

  --force  build all the same`;

const CLIENT = 'clients/typescript';
const OUT = `${CLIENT}/dist`;
const STAMP = `${OUT}/.built-from`;
const SOURCES = ['src', 'package.json', 'tsconfig.json'].map((name) => `${CLIENT}/${name}`);
const TOOLS = ['package-lock.json', 'scripts/build-client.mjs'];
/** What is built, and how Node is told of it. */
const FORMATS = [
  { format: 'es', folder: 'esm', type: 'module' },
  { format: 'cjs', folder: 'cjs', type: 'commonjs' },
];

const { values } = parseArgs({ options: { force: { type: 'boolean' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
run(['scripts/generate.mjs', '--if-changed']);
const stamp = hashOf([...SOURCES, ...TOOLS]);
if (!values.force && readStamp(STAMP) === stamp) process.exit(0);

rmSync(OUT, { recursive: true, force: true });
for (const { format, folder, type } of FORMATS) {
  await bundle(format, folder);
  writeFileSync(`${OUT}/${folder}/package.json`, `${JSON.stringify({ type })}\n`);
}
declareTypes();
writeFileSync(STAMP, stamp);

/** One module of all its files; graphql-ws stays the dependency that it is. */
async function bundle(format, folder) {
  await build({
    root: CLIENT,
    configFile: false,
    logLevel: 'warn',
    build: {
      lib: { entry: 'src/index.ts', formats: [format], fileName: () => 'index.js' },
      outDir: `dist/${folder}`,
      target: 'es2022',
      minify: false,
      rolldownOptions: { external: ['graphql-ws/client'] },
    },
  });
}

function declareTypes() {
  const [first, ...others] = FORMATS.map(({ folder }) => `${OUT}/${folder}`);
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const declared = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', first];
  run([tsc, '--project', CLIENT, ...declared]);
  const types = filesBelow(first).filter((file) => file.endsWith('.d.ts'));
  for (const file of types) writeFileSync(file, withExtensions(readFileSync(file, 'utf8')));
  for (const other of others)
    for (const file of types) cpSync(file, file.replace(first, other), { recursive: true });
}

/** Node's resolution of modules, which TypeScript follows for those who use it, wants the whole name of a file. */
function withExtensions(types) {
  return types.replaceAll(/(from '|import\(")(\.{1,2}\/[^'"]+)(?=['"])/g, '$1$2.js');
}

function run(command) {
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
