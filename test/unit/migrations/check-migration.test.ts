import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readLastRelease } from '../../../scripts/last-release';
import { checkMigration } from '../../../scripts/migrations/check-migration';
import { outOfOrder, releasedMigrations } from '../../../scripts/migrations/released';
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
    /demands values of "events"\."moved_at", and reads the whole table.*NOT VALID/,
  ],
  ['ALTER TABLE "event_counts" ALTER COLUMN "version" DROP DEFAULT', /drops the default/],
  ['ALTER TABLE "event_counts" ALTER COLUMN "version" SET DEFAULT NULL', /drops the default/],
  ['ALTER TABLE "event_counts" ALTER COLUMN "version" SET DEFAULT NULL::bigint', /drops the default/],
  [
    'ALTER TABLE "event_counts" ALTER COLUMN "version" SET DEFAULT 7',
    /changes the default.*leave the column out/,
  ],
  [
    'ALTER TABLE "events" ADD COLUMN "kind" TEXT NOT NULL',
    /must have a value and has no default.*constant default/,
  ],
  [
    'ALTER TABLE "events" ADD COLUMN "kind" TEXT NOT NULL DEFAULT NULL',
    /must have a value and has no default/,
  ],
  ['ALTER TABLE "events" ADD COLUMN "kind" TEXT NOT NULL DEFAULT NULL::text', /must have a value/],
  ['CREATE TABLE "fresh" ("e" UUID REFERENCES "events")', /points "fresh" at "events".*delete/],
  [
    'CREATE TABLE "fresh" ("e" UUID, CONSTRAINT "f" FOREIGN KEY ("e") REFERENCES "events"("event_id"))',
    /points "fresh" at "events"/,
  ],
  [
    `${NEW_TABLE} ALTER TABLE "fresh" ADD CONSTRAINT "f" FOREIGN KEY ("id") REFERENCES "events"("event_id")`,
    /points "fresh" at "events"/,
  ],
  [`${NEW_TABLE} ALTER TABLE "fresh" ADD COLUMN "e" UUID REFERENCES "events"`, /points "fresh" at "events"/],
  ['CREATE TABLE IF NOT EXISTS "events" ("id" UUID)', /creates "events" only if it is not there/],
  [
    'CREATE TABLE IF NOT EXISTS "events" ("id" UUID); ALTER TABLE "events" DROP COLUMN "title"',
    /drops the column "events"\."title"/,
  ],
  [
    'CREATE TABLE "other"."events" ("id" UUID); ALTER TABLE "events" DROP COLUMN "title"',
    /drops the column "events"\."title"/,
  ],
  ['CREATE TABLE "fresh" () INHERITS ("events")', /makes "fresh" a part of "events"/],
  [`${NEW_TABLE} ALTER TABLE "fresh" INHERIT "events"`, /makes "fresh" a part of another/],
  [
    `WITH "x" AS (UPDATE "events" SET "title" = '' RETURNING 1) INSERT INTO "dead_letters" VALUES (1)`,
    /INSERT of what is read into "dead_letters"/,
  ],
  [
    'INSERT INTO "dead_letters" ("id") VALUES (1) ON CONFLICT ("id") DO UPDATE SET "reason" = \'\'',
    /UPDATE of what is there already in "dead_letters"/,
  ],
  [
    `ALTER TABLE "events" ADD CONSTRAINT "c" CHECK (length("title") < 9) NOT VALID, VALIDATE CONSTRAINT "c"`,
    /validates "c" in the migration that adds it.*in the next migration/,
  ],
  [
    'DROP INDEX CONCURRENTLY "event_profiles_top_regions_idx"',
    /which no transaction may.*without CONCURRENTLY/,
  ],
  [
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON events(title)',
    /in this form: CREATE INDEX CONCURRENTLY IF/,
  ],
  ['CREATE INDEX CONCURRENTLY IF NOT EXISTS "i" ON "events"("title"); -- why', /in this form/],
  ['CREATE INDEX CONCURRENTLY\n  IF NOT EXISTS "i"\n ON "events"("title")', /in this form/],
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
  [
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS "i" ON "participants"("channel")',
    /"participants", which may be divided by months.*for the table of each month/,
  ],
  ['CREATE INDEX "i" ON "participants"("channel")', /which may be divided by months/],
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
  'ALTER TABLE "events" ALTER COLUMN "title" DROP NOT NULL',
  `${NEW_TABLE} CREATE TABLE "fresher" ("id" UUID REFERENCES "fresh", "parent" UUID REFERENCES "fresher")`,
  `${NEW_TABLE} INSERT INTO "fresh" VALUES (gen_random_uuid()) ON CONFLICT ("id") DO UPDATE SET "id" = gen_random_uuid()`,
  'INSERT INTO "dead_letters" ("id") VALUES (1) ON CONFLICT DO NOTHING',
  'ALTER TABLE "events" VALIDATE CONSTRAINT "short"',
  'CREATE INDEX CONCURRENTLY IF NOT EXISTS "i" ON "events"("title")',
  'ALTER TABLE "dead_letters" ADD COLUMN "a" TEXT; CREATE TABLE "b" ("id" INT)',
];

const CONTRACTIONS: readonly string[] = [
  'DROP TABLE "log_gaps"',
  'ALTER TABLE "events" DROP COLUMN "title"',
  'ALTER TABLE "event_counts" ALTER COLUMN "version" SET DEFAULT 7',
  'CREATE TABLE "fresh" ("e" UUID REFERENCES "events")',
  'ALTER TABLE "events" ADD CONSTRAINT "short" CHECK (length("title") < 9) NOT VALID',
];

const DECLARED = '-- Unused since 0.6.0.\n';
const DEMAND = `${DECLARED}ALTER TABLE "events" ALTER COLUMN "moved_at" SET NOT NULL`;
const ADD_CHECK = 'ALTER TABLE "events" ADD CONSTRAINT "c" CHECK ("moved_at" IS NOT NULL) NOT VALID';
const VALIDATE = 'ALTER TABLE "events" VALIDATE CONSTRAINT "c"';

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
    for (const script of [
      'ALTER TABLE "events" RENAME TO "e"',
      'CREATE INDEX "i" ON "events"("title")',
      `${ADD_CHECK}; ${VALIDATE}`,
    ])
      expect(await checkMigration(DECLARED + script, LAST)).not.toEqual([]);
  });

  it('demands values once migrations before it have read the table for those that lack one', async () => {
    expect(await checkMigration(DEMAND, LAST, [ADD_CHECK, VALIDATE])).toEqual([]);
    const other = 'ALTER TABLE "dead_letters" VALIDATE CONSTRAINT "c"';
    const weaker = ADD_CHECK.replace('"moved_at" IS NOT NULL', 'length("title") < 9');
    const dropped = 'ALTER TABLE "events" DROP CONSTRAINT "c"';
    for (const earlier of [
      [],
      [ADD_CHECK],
      [VALIDATE],
      [ADD_CHECK, other],
      [weaker, VALIDATE],
      [ADD_CHECK, VALIDATE, dropped],
    ])
      expect((await checkMigration(DEMAND, LAST, earlier)).join()).toMatch(/"moved_at".*NOT VALID/);
  });

  it('drops no index of a distributed table beside another statement', async () => {
    const script = `${DECLARED}DROP INDEX "i"; CREATE TABLE "b" ("id" INT)`;
    const problems = await checkMigration(script, LAST, ['CREATE INDEX "i" ON "events"("title")']);
    expect(problems.join()).toMatch(/"events" may be distributed/);
    expect(await checkMigration(script, LAST, ['CREATE INDEX "i" ON "dead_letters"("reason")'])).toEqual([]);
  });

  it('that no release has yet is refused nothing', async () => {
    const release = readLastRelease();
    const released = releasedMigrations(release);
    expect(released.size).toBeGreaterThan(0);
    const scripts = MIGRATION_NAMES.map((name) =>
      readFileSync(path.join(MIGRATIONS_FOLDER, name, 'migration.sql'), 'utf8'),
    );
    for (const [index, name] of MIGRATION_NAMES.entries()) {
      if (released.has(name)) continue;
      const problems = await checkMigration(scripts[index] ?? '', release.version, scripts.slice(0, index));
      expect({ name, problems }).toEqual({ name, problems: [] });
    }
    expect(outOfOrder(MIGRATION_NAMES, released)).toEqual([]);
  });

  it('sorts behind all that were released, whose databases have passed its place', () => {
    const released = new Set(['2026_a', '2026_c']);
    expect(outOfOrder(['2026_a', '2026_b', '2026_c', '2026_d'], released)).toEqual(['2026_b']);
    expect(outOfOrder(['2026_a'], new Set())).toEqual([]);
  });
});
