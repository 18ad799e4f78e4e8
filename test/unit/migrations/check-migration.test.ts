import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readLastRelease } from '../../../scripts/last-release';
import { checkMigration } from '../../../scripts/migrations/check-migration';
import { releasedMigrations } from '../../../scripts/migrations/released';
import { MIGRATIONS_FOLDER } from '../../../src/database/migrations/migrations';
import { MIGRATION_NAMES } from '../../harness/database/migration-folder';

const LAST = '0.6.0';
const NEW_TABLE = 'CREATE TABLE "fresh" ("id" UUID NOT NULL, CONSTRAINT "fresh_pkey" PRIMARY KEY ("id"));';

/** What a migration does, and what it is told to do in its place. */
const REFUSED: readonly [script: string, what: RegExp][] = [
  ['DROP TABLE "log_gaps"', /drops "log_gaps"\. .*Unused since/],
  ['DROP INDEX "event_profiles_top_regions_idx"', /drops "event_profiles_top_regions_idx"/],
  ['DROP TYPE "platform_status"', /drops "platform_status"/],
  ['ALTER TABLE "events" DROP COLUMN "title"', /drops the column "events"\."title"\. .*Unused since/],
  [
    'ALTER TABLE "events" RENAME COLUMN "title" TO "name"',
    /renames "events"\."title" to "name"\. Add what has the new name/,
  ],
  ['ALTER TABLE "events" RENAME TO "campaigns"', /renames "events" to "campaigns"/],
  ["ALTER TYPE \"platform_status\" RENAME VALUE 'FAILING' TO 'BROKEN'", /renames a value of an enum/],
  [
    'ALTER TABLE "events" ALTER COLUMN "title" TYPE VARCHAR(10)',
    /changes the type of "events"\."title"\. Add a column/,
  ],
  [
    'ALTER TABLE "events" ALTER COLUMN "moved_at" SET NOT NULL',
    /demands values of "events"\."moved_at"\. .*NOT VALID/,
  ],
  ['ALTER TABLE "event_counts" ALTER COLUMN "version" DROP DEFAULT', /drops the default/],
  [
    'ALTER TABLE "events" ADD COLUMN "kind" TEXT NOT NULL',
    /must have a value and has no default.*constant default/,
  ],
  ['ALTER TABLE "events" ADD COLUMN "id" BIGSERIAL', /computed for each row.*in pieces/],
  ['ALTER TABLE "events" ADD COLUMN "id" UUID DEFAULT gen_random_uuid()', /computed for each row/],
  ['ALTER TABLE "events" ADD COLUMN "id" BIGINT GENERATED ALWAYS AS IDENTITY', /computed for each row/],
  ['ALTER TABLE "events" ADD COLUMN "kind" TEXT UNIQUE', /builds its index under a lock/],
  [
    'ALTER TABLE "events" ADD CONSTRAINT "short" CHECK (length("title") < 9)',
    /reads the whole table.*NOT VALID/,
  ],
  [
    'ALTER TABLE "events" ADD CONSTRAINT "short" CHECK (length("title") < 9) NOT VALID',
    /may write what breaks it/,
  ],
  [
    'ALTER TABLE "events" ADD CONSTRAINT "one" UNIQUE ("title")',
    /builds its index under a lock.*USING INDEX/,
  ],
  ['ALTER TABLE "events" ADD CONSTRAINT "one" UNIQUE USING INDEX "one_idx"', /may write what breaks it/],
  ['ALTER TABLE "events" DROP CONSTRAINT "events_pkey"', /drops the constraint "events_pkey"/],
  ['ALTER TABLE "events" SET LOGGED', /does AT_SetLogged to "events", which this check does not know/],
  [
    'CREATE INDEX "i" ON "events"("title")',
    /nobody can write to "events"\. CREATE INDEX CONCURRENTLY IF NOT EXISTS/,
  ],
  ['CREATE INDEX CONCURRENTLY "i" ON "events"("title")', /IF NOT EXISTS/],
  ['CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "i" ON "events"("title")', /hold each only once/],
  ['UPDATE "events" SET "title" = \'\'', /UPDATE of "events".*some rows in each transaction/],
  ['DELETE FROM "events"', /DELETE of "events"/],
  [`${NEW_TABLE} INSERT INTO "fresh" SELECT "event_id" FROM "events"`, /INSERT of what is read into "fresh"/],
  ['TRUNCATE "events"', /empties a table/],
  ['BEGIN; ALTER TABLE "dead_letters" ADD COLUMN "a" TEXT; COMMIT', /begins or ends a transaction/],
  ['DO $$ BEGIN END $$', /is DoStmt, which this check does not know/],
  [
    'ALTER TABLE "events" ADD COLUMN "a" TEXT; ALTER TABLE "dead_letters" ADD COLUMN "b" TEXT',
    /"events" may be distributed/,
  ],
  [
    `${NEW_TABLE} CREATE INDEX CONCURRENTLY IF NOT EXISTS "i" ON "dead_letters"("reason")`,
    /runs in no transaction/,
  ],
];

const TAKEN: readonly string[] = [
  NEW_TABLE,
  `${NEW_TABLE} CREATE UNIQUE INDEX "i" ON "fresh"("id"); ALTER TABLE "fresh" ADD COLUMN "a" TEXT NOT NULL, DROP COLUMN "a";
   INSERT INTO "fresh" VALUES (gen_random_uuid());`,
  'CREATE TYPE "colour" AS ENUM (\'RED\')',
  'ALTER TYPE "platform_status" ADD VALUE \'PAUSED\'',
  'ALTER TABLE "events" ADD COLUMN "kind" TEXT',
  `ALTER TABLE "events" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'draw'::text, ADD COLUMN "seen_at" TIMESTAMPTZ DEFAULT now()`,
  'ALTER TABLE "events" ALTER COLUMN "title" DROP NOT NULL, ALTER COLUMN "title" SET DEFAULT \'\'',
  'ALTER TABLE "events" VALIDATE CONSTRAINT "short"',
  'CREATE INDEX CONCURRENTLY IF NOT EXISTS "i" ON "events"("title")',
  'ALTER TABLE "dead_letters" ADD COLUMN "a" TEXT; CREATE TABLE "b" ("id" INT)',
];

const CONTRACTIONS: readonly string[] = [
  'DROP TABLE "log_gaps"',
  'ALTER TABLE "events" DROP COLUMN "title"',
  'ALTER TABLE "events" ALTER COLUMN "moved_at" SET NOT NULL',
  'ALTER TABLE "events" ADD CONSTRAINT "short" CHECK (length("title") < 9) NOT VALID',
];

describe('a migration', () => {
  it.each(REFUSED)('is refused, and told what to do: %s', async (script, what) => {
    expect((await checkMigration(script, LAST)).join('\n')).toMatch(what);
  });

  it.each(TAKEN)('is taken: %s', async (script) => {
    expect(await checkMigration(script, LAST)).toEqual([]);
  });

  it.each(CONTRACTIONS)('may take away what no release that is out uses: %s', async (script) => {
    expect(await checkMigration(script, LAST)).not.toEqual([]);
    for (const since of ['0.6.0', '0.5.9', '0.4.0'])
      expect(await checkMigration(`-- Unused since ${since}.\n${script}`, LAST)).toEqual([]);
  });

  it('has to wait with it until that release is the last', async () => {
    for (const since of ['0.6.1', '0.7.0', '0.10.0', '1.0.0']) {
      const problems = await checkMigration(`-- Unused since ${since}.\nDROP TABLE "log_gaps"`, LAST);
      expect(problems.join('\n')).toMatch(/drops "log_gaps"/);
      expect(problems.join('\n')).toContain(`It has to wait until ${since} is the last release.`);
    }
  });

  it('is helped by no declaration where it breaks or blocks the release before', async () => {
    const declared = '-- Unused since 0.6.0.\n';
    for (const script of ['ALTER TABLE "events" RENAME TO "e"', 'CREATE INDEX "i" ON "events"("title")'])
      expect(await checkMigration(declared + script, LAST)).not.toEqual([]);
  });

  it('that no release has yet is refused nothing', async () => {
    const release = readLastRelease();
    const released = releasedMigrations(release);
    expect(released.size).toBeGreaterThan(0);
    for (const name of MIGRATION_NAMES.filter((each) => !released.has(each))) {
      const script = readFileSync(path.join(MIGRATIONS_FOLDER, name, 'migration.sql'), 'utf8');
      expect({ name, problems: await checkMigration(script, release.version) }).toEqual({
        name,
        problems: [],
      });
    }
  });
});
