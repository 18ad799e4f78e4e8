import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { findProgram, run } from './commands';
import { install } from './debian';
import { removeFolder } from './folders';
import { tell } from './progress';

const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const CACHE = path.resolve(__dirname, '../../../.cache');

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
export async function jarsFolder(jars: Jars): Promise<string> {
  const folder = path.join(CACHE, jars.name, jars.version);
  if (existsSync(folder)) return folder;
  const maven = await mavenProgram(jars);
  tell(`${jars.name}: fetching the jars of ${jars.version} …`);
  // Complete or not there: a fetch that breaks off leaves nothing that a later run would take for whole.
  const partial = `${folder}.${process.pid}`;
  mkdirSync(path.dirname(folder), { recursive: true });
  try {
    await fetchInto(partial, maven, jars);
    moveUnlessThere(partial, folder);
  } finally {
    removeFolder(partial);
  }
  return folder;
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

/** Another run may have been faster. */
function moveUnlessThere(partial: string, folder: string): void {
  try {
    renameSync(partial, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
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
