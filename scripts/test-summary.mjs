// Prints the result of some runs of Jest in one line, from the numbers that Jest wrote:
// `node scripts/test-summary.mjs results.json …`. Fails unless each run had tests and every one of them passed.
import { readFileSync } from 'node:fs';

const runs = process.argv.slice(2).map((file) => {
  const results = JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: results.numPassedTests,
    // A file that could not even be run has no tests to count, and has failed all the same.
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: results.numPendingTests + results.numTodoTests,
    success: results.success,
  };
});
const sumOf = (count) => runs.reduce((sum, run) => sum + run[count], 0);
const [passed, failed, skipped] = [sumOf('passed'), sumOf('failed'), sumOf('skipped')];

const problems = [
  failed > 0 && 'tests failed',
  skipped > 0 && 'tests were skipped',
  runs.some((run) => run.passed === 0) && 'no test passed',
  runs.some((run) => run.success !== true) && 'Jest reports no success',
].filter(Boolean);

if (problems.length > 0) console.error(`Not as it should be: ${problems.join(', ')}.`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(problems.length > 0 ? 1 : 0);
