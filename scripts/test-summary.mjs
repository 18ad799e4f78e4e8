// Says in one plain line what a run of Jest came to, from the numbers that Jest wrote:
// `node scripts/test-summary.mjs results.json`. Fails unless there were tests and every one of them passed.
import { readFileSync } from 'node:fs';

const results = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const passed = results.numPassedTests;
// A file that could not even be run has no tests to count, and has failed all the same.
const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
const skipped = results.numPendingTests + results.numTodoTests;

const problems = [
  failed > 0 && 'tests failed',
  skipped > 0 && 'tests were skipped',
  passed === 0 && 'no test passed',
  results.success !== true && 'Jest reports no success',
].filter(Boolean);

if (problems.length > 0) console.error(`Not as it should be: ${problems.join(', ')}.`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(problems.length > 0 ? 1 : 0);
