const { project, run } = require('./jest.project');

/**
 * `npm run test:deploy`: what people who run it are given: the chart, rendered and held against Kubernetes' schemas, the alert rules, the board.
 * Helm is built with Go the first time, which takes some minutes.
 * @type {import('jest').Config}
 */
module.exports = { ...run, testTimeout: 900_000, projects: [project('deploy')] };
