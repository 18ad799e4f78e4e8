import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { PrismaPGlite } from 'pglite-prisma-adapter';
import { z } from 'zod';
import {
  MIGRATIONS_FOLDER,
  NO_FILTERS,
  readMigrations,
  SCHEMA_FILE,
} from '../src/database/migrations/migrations';
import { openSchemaEngine } from '../src/database/migrations/schema-engine';
import { misnamed, readLastRelease, ROOT } from './last-release';
import { checkMigration } from './migrations/check-migration';
import { changedSince, outOfOrder, releasedMigrations } from './migrations/released';

const HELP = `Usage: npm run migrations -- <command>

  check        fail when prisma/schema.prisma and prisma/migrations say different things, or when a migration that is not
               released yet does not leave the last release (last-release.json) working beside it and after it, or when
               that file does not name the newest release of the changelog
  new <name>   write the migration that leads from prisma/migrations to prisma/schema.prisma

Both ask Prisma's own schema engine, on a throw-away database inside this process. docs/contributing.md has the recipe.`;

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean' } },
  });
  const [command, name] = positionals;
  if (values.help) return say(HELP);
  if (command === 'check') return check();
  if (command === 'new' && name !== undefined && /^[a-z0-9_]+$/.test(name)) return write(name);
  console.error(HELP);
  return 2;
}

async function check(): Promise<number> {
  const script = await difference();
  const refused = await refusedMigrations();
  const misnaming = misnamed(
    readLastRelease(),
    ownVersion(),
    readFileSync(path.join(ROOT, 'CHANGELOG.md'), 'utf8'),
  );
  if (script !== '')
    console.error(`prisma/migrations lacks this (npm run migrations -- new <name> writes it):\n\n${script}`);
  if (refused.length > 0)
    console.error(`The last release could not run beside this:\n\n${refused.join('\n')}`);
  for (const problem of misnaming) console.error(problem);
  if (script !== '' || refused.length > 0 || misnaming.length > 0) return 1;
  return say('prisma/schema.prisma and prisma/migrations agree, and the last release can run beside them.');
}

function ownVersion(): string {
  const { version } = packaged.parse(JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')));
  return version;
}

const packaged = z.object({ version: z.string() });

async function refusedMigrations(): Promise<string[]> {
  const release = readLastRelease();
  const released = releasedMigrations(release);
  const refused = changedSince(release).map(
    (file) =>
      `${file}: It was released with ${release.version}, and databases have it. Put it back, and write another one.`,
  );
  const migrations = readMigrations().migrationDirectories;
  const earlier: string[] = [];
  for (const { path: name, migrationFile } of migrations) {
    const script = migrationFile.content.tag === 'ok' ? migrationFile.content.value : '';
    const problems = released.has(name) ? [] : await checkMigration(script, release.version, earlier);
    refused.push(...problems.map((problem) => `prisma/migrations/${name}: ${problem}`));
    earlier.push(script);
  }
  const names = migrations.map(({ path: name }) => name);
  for (const name of outOfOrder(names, released))
    refused.push(
      `prisma/migrations/${name}: It sorts before one of ${release.version}: give it the present instant.`,
    );
  return refused;
}

async function write(name: string): Promise<number> {
  const script = await difference();
  if (script === '') return say('Nothing to migrate: prisma/schema.prisma and prisma/migrations agree.');
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = path.join(MIGRATIONS_FOLDER, `${stamp}_${name}`);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'migration.sql'), script);
  return say(`Wrote ${path.relative(process.cwd(), folder)}/migration.sql. Read it before you commit it.`);
}

/** The SQL that leads from the migrations to the schema; empty when they agree. */
async function difference(): Promise<string> {
  const content = readFileSync(SCHEMA_FILE, 'utf8');
  const schema = { path: 'schema.prisma', content };
  const pglite = await PGlite.create();
  const engine = await openSchemaEngine(new PrismaPGlite(pglite), schema);
  const { stdout, exitCode } = await engine.diff({
    from: { tag: 'migrations', ...readMigrations() },
    to: { tag: 'schemaDatamodel', files: [schema] },
    script: true,
    exitCode: true,
    filters: NO_FILTERS,
  });
  await pglite.close();
  // 0 is "no difference", 2 is "a difference"; an empty answer with 2 would be a difference without SQL.
  if (exitCode === 0) return '';
  if (exitCode !== 2 || !stdout) throw new Error(`The schema engine answered ${exitCode} without a script.`);
  return stdout;
}

function say(text: string): number {
  console.log(text);
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
