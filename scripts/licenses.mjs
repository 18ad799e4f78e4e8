// Lists the licences of an SBOM's packages, and fails when one is not allowed.
import { readFileSync } from 'node:fs';
import satisfies from 'spdx-satisfies';

const HELP = `Usage: npm run licenses [-- <sbom>]

Lists the licences of what production runs on, from dist/sbom.cdx.json, which is made first, or from the CycloneDX file
that is named. Fails when a package has no licence, or one that scripts/licenses.mjs does not list.`;

/** Licences that only require attribution. */
const FINE = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'];

/** Licences of packages that do not have them in the usual field. */
const SAID_ELSEWHERE = {
  // Its package.json has the list that npm took before 2014.
  'limiter@1.1.5': 'MIT',
};

const [file = 'dist/sbom.cdx.json'] = process.argv.slice(2);
if (file === '--help') {
  console.log(HELP);
  process.exit(0);
}
const packages = JSON.parse(readFileSync(file, 'utf8')).components.map((component) => ({
  ref: component['bom-ref'],
  license: licenseOf(component),
}));
const counts = new Map();
for (const { license } of packages) counts.set(license, (counts.get(license) ?? 0) + 1);
for (const [license, count] of [...counts].sort()) console.log(`${String(count).padStart(4)}  ${license}`);

const problems = packages.filter(({ license }) => !isFine(license));
for (const { ref, license } of problems) {
  console.error(
    `${ref}: its licence is ${license} (one of ${FINE.join(', ')}, or to be added to scripts/licenses.mjs)`,
  );
}
process.exit(problems.length > 0 ? 1 : 0);

/** The SPDX expression of a component; 'unknown' when there is none. */
function licenseOf({ 'bom-ref': ref, licenses = [] }) {
  const said = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name);
  return said.length > 0 ? said.join(' AND ') : (SAID_ELSEWHERE[ref] ?? 'unknown');
}

function isFine(license) {
  try {
    return satisfies(license, FINE);
  } catch {
    // It is no SPDX expression: it is unknown what it allows.
    return false;
  }
}
