import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { findProgram, run } from '../machine/commands';
import { install } from '../machine/debian';
import { removeFolder } from '../machine/folders';
import { tell } from '../machine/progress';

export const KAFKA_VERSION = '4.4.0';

const COPY_DEPENDENCIES = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const POM = path.join(__dirname, 'kafka-pom.xml');
const FOLDER = path.resolve(__dirname, '../../../.cache/kafka', KAFKA_VERSION);

/** Maven Central could not be asked, and the jars are not here from an earlier run. */
export class JarsUnavailable extends Error {}

/**
 * The folder with Apache Kafka's jars, fetched from Maven Central the first time and kept for the next.
 * @throws JarsUnavailable when they cannot be fetched
 */
export async function kafkaJars(): Promise<string> {
  if (existsSync(FOLDER)) return FOLDER;
  const maven = await mavenProgram();
  tell(`kafka: fetching the jars of ${KAFKA_VERSION} …`);
  // Complete or not there: a fetch that breaks off leaves nothing that a later run would take for whole.
  const partial = `${FOLDER}.${process.pid}`;
  mkdirSync(path.dirname(FOLDER), { recursive: true });
  try {
    await fetchInto(partial, maven);
    moveUnlessThere(partial);
  } finally {
    removeFolder(partial);
  }
  return FOLDER;
}

async function fetchInto(folder: string, maven: string): Promise<void> {
  const properties = { 'kafka.version': KAFKA_VERSION, outputDirectory: folder, includeScope: 'runtime' };
  const defines = Object.entries(properties).map(([name, value]) => `-D${name}=${value}`);
  try {
    await run({ program: maven, args: [COPY_DEPENDENCIES, '-B', '-q', '-f', POM, ...defines] });
  } catch (error) {
    throw new JarsUnavailable('The jars of Apache Kafka could not be fetched.', { cause: error });
  }
}

/** Another run may have been faster. */
function moveUnlessThere(partial: string): void {
  try {
    renameSync(partial, FOLDER);
  } catch (error) {
    if (!existsSync(FOLDER)) throw error;
  }
}

async function mavenProgram(): Promise<string> {
  const found = findProgram('mvn');
  if (found) return found;
  await install(['maven'], 'kafka: Maven, to fetch it with, is missing');
  const installed = findProgram('mvn');
  if (!installed) throw new Error('kafka: mvn is not where its package puts it.');
  return installed;
}
