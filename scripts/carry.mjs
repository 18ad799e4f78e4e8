// Puts into dist/node_modules what the service uses of packages that cannot be installed in production as they are.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** What the exporter of traces needs of OpenTelemetry, each beside the others. */
const OF_OPENTELEMETRY = [
  'api-logs',
  'core',
  'otlp-exporter-base',
  'otlp-transformer',
  'resources',
  'sdk-logs',
  'sdk-metrics',
  'sdk-trace',
];

/**
 * The packages, and what is used of each beside its manifest and licence: files, and folders, whose modules it is. They are development dependencies, because
 * npm would install with them what has no business on a server:
 *
 * - `@prisma/client` names its command line and TypeScript as optional peers. Both are there to build with, so npm takes
 *   them for wanted, and with them React, another PGlite and the engines: 290 MB. Of its own 72 MB only the compiler for
 *   PostgreSQL is used.
 * - `pglite-prisma-adapter` has `@prisma/client` for a peer.
 * - OpenTelemetry's packages have each file four times, with source maps and types: 17 MB, of which 1 is used.
 * - `swagger-ui-dist` runs a script at its install that reports it, and has six copies of what is served once.
 */
export const CARRIED = [
  {
    name: '@prisma/client',
    files: [
      'runtime/client.js',
      'runtime/query_compiler_fast_bg.postgresql.js',
      'runtime/query_compiler_fast_bg.postgresql.wasm-base64.js',
    ],
    without: [],
  },
  { name: 'pglite-prisma-adapter', files: ['dist/index.cjs'], without: [] },
  {
    name: 'swagger-ui-dist',
    files: ['absolute-path.js', 'swagger-ui.css', 'swagger-ui-bundle.js'],
    without: ['@scarf/scarf'],
  },
  ...OF_OPENTELEMETRY.map((name) => ({ name: `@opentelemetry/${name}`, files: ['build/src'], without: [] })),
  {
    name: '@opentelemetry/semantic-conventions',
    files: [
      'dist/index.cjs',
      'dist/internal',
      'dist/stable_attributes.cjs',
      'dist/stable_events.cjs',
      'dist/stable_metrics.cjs',
      'dist/resource',
      'dist/trace',
    ],
    without: [],
  },
];

const ALWAYS = /^(?:package\.json|licen[cs]e.*|notice.*)$/i;

/** @throws Error when a package needs another that production would not have */
export function carry(out) {
  const installed = [...Object.keys(readManifest('.').dependencies), ...CARRIED.map(({ name }) => name)];
  for (const { name, files, without } of CARRIED) {
    const from = path.join('node_modules', name);
    const needed = Object.keys(readManifest(from).dependencies ?? {});
    const missing = needed.filter((other) => !installed.includes(other) && !without.includes(other));
    if (missing.length > 0) {
      throw new Error(
        `dist carries ${name}, which needs ${missing.join(', ')}: to be named in dependencies.`,
      );
    }
    const always = readdirSync(from).filter((file) => ALWAYS.test(file));
    for (const file of [...always, ...files.flatMap((each) => modulesAt(from, each))])
      copy(path.join(from, file), path.join(out, 'node_modules', name, file));
  }
}

/** @returns a file itself; of a folder the modules below it, as paths in the package */
function modulesAt(from, place) {
  if (statSync(path.join(from, place)).isFile()) return [place];
  const below = readdirSync(path.join(from, place), { recursive: true });
  return below.filter((file) => MODULE.test(file)).map((file) => path.join(place, file));
}

const MODULE = /\.c?js$/;

const readManifest = (folder) => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));

function copy(from, to) {
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(from, to);
}
