import { execFileSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

/** The modules that loading these of the build loads. */
function loadedBy(...modules: readonly string[]): readonly string[] {
  const requires = modules.map((module) => `require('./dist/${module}.js');`).join(' ');
  const program = `${requires} console.log(Object.keys(require.cache).join('\\n'))`;
  const printed = execFileSync(process.execPath, ['--eval', program], { cwd: ROOT, encoding: 'utf8' });
  return printed
    .trim()
    .split('\n')
    .map((file) => path.relative(ROOT, file));
}

const OF_GATEWAY = ['dist/gateway/', 'dist/resolvers/', 'dist/rest/', '@apollo/server/', 'type-graphql/'];
const OF_WORKERS = ['dist/workers/consumer', 'dist/workers/projections/', 'cockatiel/'];

/** prom-client has the interfaces that all of OpenTelemetry's packages share. */
const OF_TRACES = [
  'dist/observability/traces/open-tracer',
  '@opentelemetry/sdk-trace',
  '@opentelemetry/core',
];

describe.each([
  ['before its roles are known', ['composition'], [...OF_GATEWAY, ...OF_WORKERS, ...OF_TRACES]],
  ['as a worker', ['composition', 'composition/workers'], [...OF_GATEWAY, ...OF_TRACES]],
  ['as a gateway', ['composition', 'composition/gateway'], [...OF_WORKERS, ...OF_TRACES]],
])('a process %s', (_when, modules, others) => {
  const loaded = loadedBy(...modules);

  it('has loaded its own modules', () => {
    expect(loaded).toEqual(expect.arrayContaining(modules.map((module) => `dist/${module}.js`)));
  });

  it.each(others)('has not loaded %s', (part) => {
    expect(loaded.filter((file) => file.includes(part))).toEqual([]);
  });
});

test('what traces are sent by is loaded from what the build carries', () => {
  const loaded = loadedBy('observability/traces/open-tracer').filter((file) =>
    file.includes('@opentelemetry/'),
  );
  const elsewhere = loaded.filter((file) => !file.startsWith('dist/node_modules/'));
  expect(loaded.length).toBeGreaterThan(elsewhere.length);
  expect(elsewhere.filter((file) => !file.startsWith('node_modules/@opentelemetry/api/'))).toEqual([]);
});
