import path from 'node:path';
import { findProgram, run } from './commands';
import { install } from './debian';
import { keptFolder } from './kept';
import { tell } from './progress';

const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/** Jars that belong together, by the pom that names them. */
export interface Jars {
  /** Of their folder in the cache, and in messages. */
  readonly name: string;
  /** The pom knows it as the property `jars.version`. */
  readonly version: string;
  readonly pom: string;
}

/** Maven Central could not be asked, and the jars are not here from an earlier run. */
export class JarsUnavailable extends Error {}

/**
 * The folder with these jars, fetched from Maven Central the first time and kept for the next.
 * @throws JarsUnavailable when they cannot be fetched
 */
export function jarsFolder(jars: Jars): Promise<string> {
  const { name, version } = jars;
  return keptFolder(path.join(name, version), async (folder) => {
    const maven = await mavenProgram(jars);
    tell(`${name}: fetching the jars of ${version} …`);
    await fetchInto(folder, maven, jars);
  });
}

async function fetchInto(folder: string, maven: string, { name, version, pom }: Jars): Promise<void> {
  const properties = { 'jars.version': version, outputDirectory: folder, includeScope: 'runtime' };
  const defines = Object.entries(properties).map(([property, value]) => `-D${property}=${value}`);
  try {
    await run({ program: maven, args: [COPY_DEPENDENCIES, '-B', '-q', '-f', pom, ...defines] });
  } catch (error) {
    throw new JarsUnavailable(`The jars of ${name} ${version} could not be fetched.`, { cause: error });
  }
}

async function mavenProgram({ name }: Jars): Promise<string> {
  const found = findProgram('mvn');
  if (found) return found;
  await install(['maven'], `${name}: Maven, to fetch it with, is missing`);
  const installed = findProgram('mvn');
  if (!installed) throw new Error(`${name}: mvn is not where its package puts it.`);
  return installed;
}
