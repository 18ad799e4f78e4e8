import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../machine/commands';
import { javaTool } from '../machine/java';
import { jarsFolder } from '../machine/maven';
import type { Settings } from './page';

const VERSION = '7.25.0';
const CONTRACT = path.resolve(__dirname, '../../../src/rest/openapi.yaml');
/** Most of such a short run is starting. */
const JVM = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

/** A client to be generated. */
export interface Wanted {
  readonly settings: Settings;
  /** The service's own where it is left out. */
  readonly contract?: string;
}

export const clientJars = (): Promise<string> =>
  jarsFolder({ name: 'openapi-generator', version: VERSION, pom: path.join(__dirname, 'pom.xml') });

/**
 * Generates the clients in one run, each into the folder of its name.
 * @param folder is there, and empty
 */
export async function generateClients(
  wanted: Readonly<Record<string, Wanted>>,
  folder: string,
): Promise<void> {
  const configs = Object.entries(wanted).map(([name, client]) => {
    const file = path.join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(configOf(client, path.join(folder, name))));
    return file;
  });
  const jar = path.join(await clientJars(), `openapi-generator-cli-${VERSION}.jar`);
  await run({ program: await javaTool('java'), args: [...JVM, '-jar', jar, 'batch', ...configs] });
}

/** What the options of one run are called in a file for several. */
function configOf({ settings, contract = CONTRACT }: Wanted, outputDir: string): object {
  const { 'generator-name': generatorName, library, ...others } = Object.fromEntries(settings);
  const { 'type-mappings': mappings = '', ...unknown } = others;
  if (Object.keys(unknown).length > 0)
    throw new Error(`The harness knows no ${Object.keys(unknown).join(', ')} of openapi-generator.`);
  const typeMappings = Object.fromEntries(
    mappings
      .split(',')
      .filter(Boolean)
      .map((mapping) => mapping.split('=')),
  ) as object;
  return { generatorName, library, typeMappings, inputSpec: contract, outputDir };
}

/** All sources of the generated models, one after the other. */
export function modelsIn(folder: string, extension: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const models = files.filter((file) => /\/models?\/[^/]+$/i.test(file) && file.endsWith(extension));
  return models.map((file) => readFileSync(path.join(folder, file), 'utf8')).join('\n');
}

/** A program that uses a generated Java client. */
export interface JavaProgram {
  /** What it prints. @throws Error with the end of its output when it fails */
  readonly run: (args: readonly string[]) => Promise<string>;
}

/** @param client the folder that the client was generated into */
export async function compileJava(source: string, client: string): Promise<JavaProgram> {
  const [, name = ''] = /^class (\w+)/m.exec(source) ?? [];
  const file = path.join(client, `${name}.java`);
  writeFileSync(file, source);
  const [jars, classes] = [path.join(await clientJars(), '*'), path.join(client, 'classes')];
  const sources = ['-encoding', 'UTF-8', '-sourcepath', path.join(client, 'src/main/java'), file];
  const forJvm = JVM.map((option) => `-J${option}`);
  await run({
    program: await javaTool('javac'),
    args: [...forJvm, '-nowarn', '-cp', jars, '-d', classes, ...sources],
  });
  const classPath = ['-cp', [classes, jars].join(path.delimiter)];
  const java = await javaTool('java');
  return { run: (args) => run({ program: java, args: [...JVM, ...classPath, name, ...args] }) };
}
