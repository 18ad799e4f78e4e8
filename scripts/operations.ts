import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, type GraphQLSchema, NoDeprecatedCustomRule, parse, print, validate } from 'graphql';
import { LIVE_COUNT } from '../clients/typescript/src/live/operations';
import * as testOperations from '../src/generated/test-operations';
import * as pageOperations from '../web/generated/operations';
import { toManifest } from './operations/manifest';

const HELP = `Usage: npm run operations -- <command>

  emit    write the manifests of persisted operations: web/generated/persisted-operations.json, which a build puts into
          dist, has the page's as the page sends them; src/generated/test-persisted-operations.json those of the tests
  check   fail when what is written is not what the stored operations say, or one of the page, of the client or of REST selects
          something that is deprecated

Both take the operations as npm run generate has made them from the .graphql files; it ends with "emit".`;

const PROJECT = path.join(__dirname, '..');

/** The content of each manifest, by its file. */
function manifests(): ReadonlyMap<string, string> {
  const toText = (texts: readonly string[]): string => `${JSON.stringify(toManifest(texts), null, 2)}\n`;
  return new Map([
    ['web/generated/persisted-operations.json', toText(pageTexts())],
    ['src/generated/test-persisted-operations.json', toText(testTexts())],
  ]);
}

/** The page sends its documents as plain text, and those of the client that it uses. */
const pageTexts = (): readonly string[] => [...documentsOf(pageOperations), LIVE_COUNT].map(String);

const testTexts = (): readonly string[] => documentsOf(testOperations).map((document) => print(document));

/** The operations among what was generated; fragments end in FragmentDoc, and each is in the operations that use it. */
const documentsOf = <Value>(generated: Readonly<Record<string, Value>>): readonly Value[] =>
  Object.entries(generated).flatMap(([name, value]) => (name.endsWith('Document') ? [value] : []));

function main(command: string | undefined): number {
  switch (command) {
    case 'emit':
      for (const [file, text] of manifests()) writeFileSync(path.join(PROJECT, file), text);
      return 0;
    case 'check': {
      const stale = [...manifests()].filter(([file, text]) => written(file) !== text);
      for (const [file] of stale)
        console.error(`${file} is not what the stored operations say: npm run generate`);
      const schema = buildSchema(readFileSync(path.join(PROJECT, 'src/schema/schema.graphql'), 'utf8'));
      const deprecated = [
        ...['src/rest', 'web/src'].flatMap((folder) => deprecatedIn(schema, folder, textsIn(folder))),
        ...deprecatedIn(schema, 'clients/typescript', [String(LIVE_COUNT)]),
      ];
      for (const problem of deprecated) console.error(problem);
      return stale.length + deprecated.length > 0 ? 1 : 0;
    }
    case '--help':
      console.log(HELP);
      return 0;
    default:
      console.error(HELP);
      return 2;
  }
}

function textsIn(folder: string): readonly string[] {
  const files = readdirSync(path.join(PROJECT, folder), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => readFileSync(path.join(PROJECT, folder, file), 'utf8'));
}

/** What operations select although it is deprecated. Those of tests may: what is deprecated still works. */
function deprecatedIn(schema: GraphQLSchema, folder: string, texts: readonly string[]): readonly string[] {
  return validate(schema, parse(texts.join('\n')), [NoDeprecatedCustomRule]).map(
    ({ message }) => `An operation in ${folder} uses what is deprecated: ${message}`,
  );
}

function written(file: string): string | undefined {
  const absolute = path.join(PROJECT, file);
  return existsSync(absolute) ? readFileSync(absolute, 'utf8') : undefined;
}

process.exit(main(process.argv[2]));
