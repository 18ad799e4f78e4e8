import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../machine/commands';
import { PROJECT } from '../production/readme';

/** The client as npm would publish it, installed into a folder that had nothing in it and has nothing above it. */
export interface PackedClient {
  readonly folder: string;
  /** Writes a file there. @returns its path */
  write(name: string, text: string): string;
  /** Runs Node there. @returns what it wrote */
  node(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<string>;
  remove(): void;
}

/** npm hands its own settings down to what it runs; those of the tests must not become the install's. */
const environment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_)/.test(name))),
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
});

export async function installPackedClient(): Promise<PackedClient> {
  const folder = mkdtempSync(path.join(tmpdir(), 'analytics-client-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return file;
  };
  try {
    const env = environment();
    const cwd = path.join(PROJECT, 'clients/typescript');
    const packed = await run({ program: 'npm', args: ['pack', '--pack-destination', folder], cwd, env });
    const [archive] = /[\w.-]+\.tgz\s*$/m.exec(packed) ?? [];
    write('package.json', JSON.stringify({ name: 'an-application', private: true }));
    await run({ program: 'npm', args: ['install', `./${archive?.trim()}`], cwd: folder, env });
  } catch (error) {
    remove();
    throw error;
  }
  return {
    folder,
    write,
    node: (args, env = {}) =>
      run({ program: process.execPath, args, cwd: folder, env: { ...environment(), ...env } }),
    remove,
  };
}
