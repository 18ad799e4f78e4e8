// Puts into dist/node_modules what the service uses of packages that cannot be installed in production as they are.
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The packages, and what is used of each beside its manifest and licence. They are development dependencies, because
 * npm would install with them what has no business on a server:
 *
 * - `@prisma/client` names its command line and TypeScript as optional peers. Both are there to build with, so npm takes
 *   them for wanted, and with them React, another PGlite and the engines: 290 MB. Of its own 72 MB only the compiler for
 *   PostgreSQL is used.
 * - `pglite-prisma-adapter` has `@prisma/client` for a peer.
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
];

const ALWAYS = /^(?:package\.json|licen[cs]e.*|notice.*)$/i;

/** @throws Error when a package needs another that production would not have */
export function carry(out) {
  const installed = Object.keys(readManifest('.').dependencies);
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
    for (const file of [...always, ...files])
      copy(path.join(from, file), path.join(out, 'node_modules', name, file));
  }
}

const readManifest = (folder) => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));

function copy(from, to) {
  mkdirSync(path.dirname(to), { recursive: true });
  copyFileSync(from, to);
}
