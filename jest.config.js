/** Suites that can be run alone: `npm test -- --selectProjects unit`. */
const project = (displayName, extra = {}) => ({
  displayName,
  rootDir: __dirname,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  transform: { '^.+\\.[jt]sx?$': '@swc/jest' },
  setupFiles: ['reflect-metadata'],
  ...extra,
});

/** PostgreSQL, Redis and Kafka: started once for all projects of a run that name them, and ended after it. */
const withServers = {
  globalSetup: '<rootDir>/test/harness/global-setup.ts',
  globalTeardown: '<rootDir>/test/harness/global-teardown.ts',
};

/** @type {import('jest').Config} */
module.exports = {
  projects: [project('unit'), project('integration', withServers), project('contract', withServers)],
  maxWorkers: 2,
  testTimeout: 30_000,
};
