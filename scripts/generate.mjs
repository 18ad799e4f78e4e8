// Generates what is generated: Prisma's client, the contract's types, the operations' types, their manifests. A build does it by itself, when what
// they are made from has changed: no lifecycle script of npm is needed, so that an install without scripts is whole.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { filesBelow, hashOf, readStamp } from './sources.mjs';

const HELP = `Usage: npm run generate [-- --if-changed]

Writes src/generated, web/generated and clients/typescript/src/generated.

  --if-changed  do nothing when they were made from the sources as they are`;

const STEPS = ['generate:prisma', 'generate:openapi', 'generate:graphql', 'generate:operations'];
const STAMP = 'src/generated/.generated-from';
const MADE = [
  'src/generated/prisma/client.ts',
  'src/generated/openapi.ts',
  'src/generated/test-persisted-operations.json',
  'web/generated/operations.ts',
  'web/generated/persisted-operations.json',
  'clients/typescript/src/generated/contract.ts',
  'clients/typescript/src/generated/operations.ts',
];

const { values } = parseArgs({ options: { 'if-changed': { type: 'boolean' }, help: { type: 'boolean' } } });
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const stamp = hashOf(sources());
if (values['if-changed'] && MADE.every(existsSync) && readStamp(STAMP) === stamp) process.exit(0);

for (const step of STEPS) {
  const { status } = spawnSync('npm', ['run', '--silent', step], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
writeFileSync(STAMP, stamp);

function sources() {
  const operations = ['src/rest', 'test/harness/operations', 'web/src']
    .flatMap(filesBelow)
    .filter((file) => file.endsWith('.graphql'));
  const tools = [
    'package-lock.json',
    'codegen.yml',
    'prisma.config.ts',
    'scripts/generate.mjs',
    'scripts/operations.ts',
    'scripts/operations/manifest.ts',
  ];
  return [
    ...tools,
    'prisma/schema.prisma',
    'src/rest/openapi.yaml',
    'src/schema/schema.graphql',
    'clients/typescript/src/live/operations.ts',
    ...operations,
  ];
}
