import { chmodSync, writeFileSync } from 'node:fs';

export function writeScript(file: string, command: string): void {
  writeFileSync(file, `#!/bin/sh\n${command}\n`);
  chmodSync(file, 0o755);
}
