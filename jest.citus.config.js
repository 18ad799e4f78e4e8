const { project, run, withServers } = require('./jest.project');

/**
 * `npm run test:citus`: what is tested over PostgreSQL, over tables that Citus has distributed, and what holds only there.
 * @type {import('jest').Config}
 */
module.exports = {
  ...run,
  projects: [
    project('citus', withServers),
    project('integration', {
      ...withServers,
      // They are about the one statement that reads from one database, and its plan; what reads from shards is looked at in test/citus, as
      // is that registrations have no months there.
      testPathIgnorePatterns: [
        ...['(graphql-statements|regions-shown)\\.test\\.ts$', 'registration-months.*\\.test\\.ts$'],
      ],
    }),
  ],
};
