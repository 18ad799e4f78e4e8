import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { exampleMessages } from './example-messages';

/**
 * Writes the message file of the contract's example, one message a line. To be run by hand after the example changed:
 * `node --require @swc-node/register test/harness/contract/write-example.ts`. The file is what the tests read.
 */
const FILE = path.join(__dirname, '../../contract/example/messages.ndjson');

writeFileSync(
  FILE,
  exampleMessages()
    .map((message) => `${JSON.stringify(message)}\n`)
    .join(''),
);
