// Builds web to dist/web, unless its sources have not changed since the last build.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { filesBelow, hashOf, readStamp } from './sources.mjs';

const HELP = `Usage: npm run build:web [-- --force]

Builds the dashboard and GraphiQL to dist/web, compresses what can be compressed, and fails when the script of the first
view is larger than ${kilobytes(limit())}. Does nothing when nothing has changed since the last time.

  --force  build all the same`;

const OUT = 'dist/web';
const STAMP = `${OUT}/.built-from`;
const SOURCES = ['web', 'clients/typescript/src', 'package-lock.json', 'scripts/build-web.mjs'];
const COMPRESSIBLE = /\.(?:js|css|svg|html|json)$/;
/** Smaller files are not compressed. */
const SMALLEST_COMPRESSED_BYTES = 1_024;

const { values } = parseArgs({ options: { force: { type: 'boolean' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const stamp = hashOf(SOURCES);
if (!values.force && readStamp(STAMP) === stamp) process.exit(0);

console.log('Building the dashboard …');
const built = await build({ configFile: 'web/vite.config.mts', logLevel: 'warn' });
writeFileSync(`${OUT}/.packages.json`, JSON.stringify(packagesOf(built)));
const sizes = compress();
const problems = report(sizes);
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
writeFileSync(STAMP, stamp);

/** The limit for the gzipped scripts that are loaded before the first paint. */
function limit() {
  return 200_000;
}

/** The packages of which anything was built in, as package-lock.json names them: the SBOM lists them. */
function packagesOf(built) {
  const chunks = [built].flat().flatMap(({ output }) => output.filter(({ type }) => type === 'chunk'));
  const modules = chunks.flatMap(({ modules }) => Object.keys(modules));
  const packages = modules.map((module) =>
    /(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+/.exec(module)?.[0].slice(0, -1),
  );
  return [...new Set(packages)].filter(Boolean).sort();
}

/** Puts a gzipped file beside each that gains by it. @returns the gzipped size of every file, by its name in dist/web */
function compress() {
  const compressed = new Map();
  for (const file of filesBelow(OUT)) {
    if (!COMPRESSIBLE.test(file)) continue;
    const content = readFileSync(file);
    const gzipped = gzipSync(content, { level: 9 });
    compressed.set(file.slice(OUT.length + 1), gzipped.length);
    if (content.length >= SMALLEST_COMPRESSED_BYTES) writeFileSync(`${file}.gz`, gzipped);
  }
  return compressed;
}

function report(compressed) {
  const manifest = JSON.parse(readFileSync(`${OUT}/.vite/manifest.json`, 'utf8'));
  const weigh = (files) => [...files].reduce((sum, file) => sum + (compressed.get(file) ?? 0), 0);
  const firstView = scriptsOf(manifest, 'index.html').add('preferences.js');
  const charts = scriptsOf(manifest, 'src/charts/engine.ts');
  console.log(
    `The first view is ${kilobytes(weigh(firstView))} of gzipped script (at most ${kilobytes(limit())}); ` +
      `with charts ${kilobytes(weigh(new Set([...firstView, ...charts])))}.`,
  );
  const isOver = weigh(firstView) > limit();
  return isOver ? ['That is more than a phone on a bad line should wait for: see docs/web.md.'] : [];
}

/** A script and everything that it imports statically. */
function scriptsOf(manifest, name, found = new Set()) {
  const chunk = manifest[name];
  if (chunk === undefined) throw new Error(`${OUT}/.vite/manifest.json has no ${name}.`);
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const imported of chunk.imports ?? []) scriptsOf(manifest, imported, found);
  return found;
}

function kilobytes(bytes) {
  return `${(bytes / 1_000).toFixed(1)} kB`;
}
