/** Three suites that can be run alone: `npm test -- --selectProjects unit`. */
const project = (displayName, extra = {}) => ({
  displayName,
  rootDir: __dirname,
  testMatch: [`<rootDir>/test/${displayName}/**/*.test.ts`],
  transform: { '^.+\\.[jt]sx?$': '@swc/jest' },
  // jwks-rsa stands on jose, which is published as ES modules only.
  transformIgnorePatterns: ['/node_modules/(?!jose/)'],
  setupFiles: ['reflect-metadata'],
  ...extra,
});

/** @type {import('jest').Config} */
module.exports = {
  projects: [project('unit'), project('integration'), project('contract')],
  maxWorkers: 2,
};
