// Lists all that production runs on, as CycloneDX.
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CARRIED } from './carry.mjs';

const HELP = `Usage: npm run sbom [-- --output <file>]

Builds, and writes what production runs on to dist/sbom.cdx.json as CycloneDX: what npm ci --omit=dev installs on any platform,
what is carried in dist/node_modules, and what is built into the page in dist/web. The property "where" tells which.`;

const OUTPUT = { type: 'string', default: 'dist/sbom.cdx.json' };
const { values } = parseArgs({ options: { output: OUTPUT, help: { type: 'boolean' } } });
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const installed = ofInstalled();
const built = [
  ...CARRIED.map(({ name }) => componentOf(`node_modules/${name}`, 'dist/node_modules')),
  ...readJson('dist/web/.packages.json').map((key) => componentOf(key, 'dist/web')),
];
const sbom = { ...installed, components: merged([...installed.components, ...built]) };
writeFileSync(values.output, `${JSON.stringify(sbom, null, 2)}\n`);
console.log(`Wrote ${values.output}: ${sbom.components.length} packages.`);

/**
 * npm's own list of a project that has no development dependencies. Of this one as it is, `npm sbom --omit dev` leaves out
 * all that production shares with a development dependency, graphql among others (npm 11.19).
 */
function ofInstalled() {
  const folder = mkdtempSync(path.join(tmpdir(), 'analytics-sbom-'));
  try {
    const manifest = { ...readJson('package.json'), devDependencies: {} };
    const root = { ...packages[''], devDependencies: {} };
    const kept = Object.entries(packages).filter(([key, { dev }]) => key !== '' && !dev);
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
    const lock = { ...readJson('package-lock.json'), packages: { '': root, ...Object.fromEntries(kept) } };
    writeFileSync(path.join(folder, 'package-lock.json'), JSON.stringify(lock));
    return named(npmSbom(folder), manifest.name);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function npmSbom(cwd) {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** npm names a project after its folder and takes it for a library. */
function named({ metadata, components, ...rest }, name) {
  const component = { ...metadata.component, type: 'application', name };
  const where = [{ name: 'where', value: 'node_modules' }];
  return {
    ...rest,
    metadata: { ...metadata, component },
    components: components.map((each) => ({ ...each, properties: [...each.properties, ...where] })),
  };
}

/** A package that was built in, as npm would list it. @param key its place in package-lock.json */
function componentOf(key, where) {
  const { name = key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length), ...locked } =
    packages[key];
  const { version, license, integrity } = locked;
  const ref = `${name}@${version}`;
  return {
    'bom-ref': ref,
    type: 'library',
    name,
    version,
    scope: 'required',
    purl: `pkg:npm/${ref.replace(/^@/, '%40')}`,
    properties: [{ name: 'where', value: where }],
    hashes: [
      { alg: 'SHA-512', content: Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex') },
    ],
    ...(license && {
      licenses: [/[ (]/.test(license) ? { expression: license } : { license: { id: license } }],
    }),
  };
}

/** Each package once, with all the places that it is in. */
function merged(components) {
  const byRef = new Map();
  for (const component of components) {
    const known = byRef.get(component['bom-ref']);
    if (known === undefined) byRef.set(component['bom-ref'], component);
    else if (!known.properties.some(({ value }) => value === component.properties[0].value)) {
      known.properties.push(...component.properties);
    }
  }
  return [...byRef.values()];
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
