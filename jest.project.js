/** What all suites of `npm test` and `npm run test:processes` are run with. */

/**
 * The tests of a folder of `test/`. The scripts have V8's young generation four times as large as usual: beside the contexts
 * of the files before it, each collection that could be spared costs much.
 */
const project = (displayName, extra = {}) => ({
  displayName,
  rootDir: __dirname,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  transform: { '^.+\\.[jt]sx?$': '@swc/jest' },
  setupFiles: ['reflect-metadata'],
  moduleNameMapper: {
    // The client is a package of its own: what imports it here has its sources.
    '^event-analytics-client$': '<rootDir>/clients/typescript/src/index.ts',
    // Prisma's query compiler is 4.6 MB of text in a CommonJS module: Jest would read all of it for the names of what it
    // exports, 0.6 s of CPU in each file that opens a database. The same as an ES module says them by itself.
    '^@prisma/client/runtime/(query_compiler_.+\\.wasm-base64)\\.js$':
      '<rootDir>/node_modules/@prisma/client/runtime/$1.mjs',
  },
  ...extra,
});

/** PostgreSQL, Redis and Kafka: started once for all projects of a run that name them, and ended after it. */
const withServers = {
  globalSetup: '<rootDir>/test/harness/global-setup.ts',
  globalTeardown: '<rootDir>/test/harness/global-teardown.ts',
};

const run = {
  // One more than two cores: a third of the time tests wait, for a server that is stopped or a broker that is frozen. Measured on
  // two cores: 460 s in place of 604.
  maxWorkers: 3,
  // What the modules of ended files leave behind is collected again and again: a worker begins anew at a heap of this
  // size, before a quarter of its CPU goes into that.
  workerIdleMemoryLimit: '500MB',
  // For what hangs: waits give up by themselves and say for what, later on a machine that does other things, too.
  testTimeout: 180_000,
};

module.exports = { project, run, withServers };
