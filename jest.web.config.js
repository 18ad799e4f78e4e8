/** The page in a real browser: `npm run test:web`. By itself, since a browser wants the machine to itself. */
/** @type {import('jest').Config} */
module.exports = {
  displayName: 'web',
  rootDir: __dirname,
  testMatch: ['<rootDir>/test/web/**/*.test.ts'],
  transform: { '^.+\\.[jt]sx?$': '@swc/jest' },
  moduleNameMapper: { '^event-analytics-client$': '<rootDir>/clients/typescript/src/index.ts' },
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/test/harness/web/global-setup.ts',
  maxWorkers: 1,
  testTimeout: 120_000,
};
