const { project, run, withServers } = require('./jest.project');

/**
 * `npm test`: what is tested within Jest's own processes. A suite can be run alone: `npm test -- --selectProjects unit`.
 * @type {import('jest').Config}
 */
module.exports = {
  ...run,
  projects: [project('unit'), project('integration', withServers), project('contract', withServers)],
};
