const { project, run, withServers } = require('./jest.project');

/**
 * `npm run test:processes`: the build as it is run, service and commands: started, killed, frozen, stopped at any moment,
 * on a full disk, installed in an empty folder.
 * @type {import('jest').Config}
 */
module.exports = { ...run, projects: [project('processes', withServers)] };
