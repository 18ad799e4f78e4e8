import { readFileSync, writeFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

/** The variables that a process is started with, in a file that a shell takes as well. */
export type Variables = Readonly<Record<string, string>>;

/** Values that mean the same to a shell without quotes. */
const PLAIN = /^[\w./:@,+-]+$/;

export function writeEnvFile(file: string, variables: Variables): void {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}\n`);
  writeFileSync(file, lines.join(''));
}

/** @throws Error when the file cannot be read */
export function readEnvFile(file: string): NodeJS.Dict<string> {
  return parseEnv(readFileSync(file, 'utf8'));
}

/** Changes a variable of the file, or adds it; all else stays as it was written. */
export function setInEnvFile(file: string, name: string, value: string): void {
  const line = `${name}=${quoted(value)}`;
  const others = readFileSync(file, 'utf8')
    .split('\n')
    .filter((each) => each !== '' && !each.startsWith(`${name}=`));
  writeFileSync(file, `${[...others, line].join('\n')}\n`);
}

function quoted(value: string): string {
  if (PLAIN.test(value)) return value;
  if (value.includes("'")) throw new Error('A value with a quote in it cannot be written.');
  return `'${value}'`;
}
