import { findProgram } from './commands';
import { install } from './debian';

/** Where a program of the JDK lies, which is installed where it is missing. */
export async function javaTool(name: 'java' | 'javac'): Promise<string> {
  // A compiler comes with what runs its classes, and not the other way round.
  if (findProgram('javac') === undefined)
    await install(['default-jdk-headless'], 'java: a JDK, to compile with, is missing');
  const found = findProgram(name);
  if (!found) throw new Error(`java: ${name} is not where its package puts it.`);
  return found;
}
