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

/**
 * A wheel is a zip file. Its schemas refer to one file of definitions, and kubeconform wants each to stand by itself: each gets those
 * that it refers to. All versions of it would be seventeen thousand files.
 */
const EXTRACT = `
import glob, json, os, re, sys, zipfile
folder, versions = sys.argv[1], sys.argv[2:]
wheel, = glob.glob(os.path.join(folder, '*.whl'))
REFERENCE = re.compile(r'"[^"]*#/[$]defs/([^"]+)"')
def standalone(text, definitions):
    found, pending = {}, REFERENCE.findall(text)
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = definitions[name]
            pending += REFERENCE.findall(json.dumps(definitions[name]))
    schema = json.loads(text.replace('/api/_definitions.json#', '#'))
    del schema['$id']
    schema['$defs'] = found
    return json.dumps(schema)
with zipfile.ZipFile(wheel) as archive:
    names = archive.namelist()
    for version in versions:
        root = 'kubernetes_validate/kubernetes-json-schema/' + version + '-local-strict/'
        definitions = json.loads(archive.read(root + '_definitions.json'))['$defs']
        os.makedirs(os.path.join(folder, version))
        for name in names:
            text = archive.read(name).decode() if name.startswith(root) and not name.endswith('_definitions.json') else ''
            if '"x-kubernetes-group-version-kind"' in text:
                with open(os.path.join(folder, version, name[len(root):]), 'w') as file:
                    file.write(standalone(text, definitions))
os.remove(wheel)
`;

export const schemaLocation = (folder: string, version: string): string =>
  path.join(folder, version, '{{.ResourceKind}}{{.KindSuffix}}.json');

/** Prometheus's own checker of rules. @throws Error where it may not be installed */
export const promtoolProgram = (): Promise<string> => programOfPrometheus('promtool');

/** @throws Error where it may not be installed */
export const prometheusProgram = (): Promise<string> => programOfPrometheus('prometheus');

/** Debian has both in one package. */
async function programOfPrometheus(name: 'prometheus' | 'promtool'): Promise<string> {
  const found = findProgram(name);
  if (found !== undefined) return found;
  await install(['prometheus'], `${name}: Prometheus is missing`);
  const installed = findProgram(name);
  if (installed === undefined) throw new Error(`${name} is not where its package puts it.`);
  return installed;
}
