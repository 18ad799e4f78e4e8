import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { findProgram, isRoot, run } from './commands';
import { tell } from './progress';

const APT = ['-y', '-q', '-o', 'DPkg::Lock::Timeout=300', '--no-install-recommends'];
const SERVICE_POLICY = '/usr/sbin/policy-rc.d';
const START_NOTHING =
  '#!/bin/sh\n# For as long as the tests install packages: start none of their services.\nexit 101\n';

let installing: Promise<unknown> = Promise.resolve();
let packageLists: Promise<unknown> | undefined;

/**
 * Installs Debian packages, one call after the other: servers are prepared side by side, apt-get takes turns.
 * @param why what is missing, for the message
 * @throws Error saying what to install, where this process may not
 */
export function install(packages: readonly string[], why: string): Promise<void> {
  if (!isRoot() || findProgram('apt-get') === undefined) {
    const hint = `apt-get install ${packages.join(' ')}`;
    return Promise.reject(new Error(`${why}. Install what is missing (on Debian, as root: ${hint}).`));
  }
  const done = installing.then(() => aptInstall(packages, why));
  // A failed installation rejects for its own caller only; the next one still runs.
  installing = done.catch(() => undefined);
  return done;
}

async function aptInstall(packages: readonly string[], why: string): Promise<void> {
  tell(`${why}: installing ${packages.join(', ')} …`);
  packageLists ??= apt(['update', '-q']);
  await packageLists;
  await withoutStartingServices(() => apt(['install', ...APT, ...packages]));
}

function apt(args: readonly string[]): Promise<string> {
  return run({ program: 'apt-get', args, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}

/** Debian starts a server after its installation unless this script forbids it. The tests start their own servers. */
async function withoutStartingServices(work: () => Promise<unknown>): Promise<void> {
  const isOurs = !existsSync(SERVICE_POLICY);
  if (isOurs) writeFileSync(SERVICE_POLICY, START_NOTHING, { mode: 0o755 });
  try {
    await work();
  } finally {
    if (isOurs) rmSync(SERVICE_POLICY, { force: true });
  }
}
