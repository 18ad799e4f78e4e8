import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { printSchema } from 'graphql';
import { buildSchema } from '../src/resolvers/build-schema';
import { subgraphSdl } from '../src/resolvers/federation/sdl';

const HELP = `Usage: npm run schema -- <command>

  emit      write src/schema/schema.graphql from the resolvers
  check     fail when the committed file is not what the resolvers say
  subgraph  print the schema as a gateway composes it with others, which needs no service that runs`;

const FILE = path.join(__dirname, '../src/schema/schema.graphql');
const HEADER =
  '# Written by `npm run schema -- emit` from src/schema and src/resolvers. Not to be edited.\n\n';

function main(command: string | undefined): number {
  const printed = `${HEADER}${printSchema(buildSchema())}\n`;
  switch (command) {
    case 'emit':
      writeFileSync(FILE, printed);
      console.log('Wrote src/schema/schema.graphql.');
      return 0;
    case 'check':
      if (readFileSync(FILE, 'utf8') === printed) return 0;
      console.error('src/schema/schema.graphql is not what the resolvers say: npm run schema -- emit');
      return 1;
    case 'subgraph':
      process.stdout.write(subgraphSdl(buildSchema({ federation: true })));
      return 0;
    case '--help':
      console.log(HELP);
      return 0;
    default:
      console.error(HELP);
      return 2;
  }
}

process.exit(main(process.argv[2]));
