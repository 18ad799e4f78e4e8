import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';

/** A certificate for localhost that nobody but its maker trusts, in a folder that is to be removed. */
export interface MadeCertificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
  remove(): void;
}

export async function makeCertificate(): Promise<MadeCertificate> {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], { keyType: 'ec' });
  const folder = mkdtempSync(path.join(tmpdir(), 'analytics-tls-'));
  const [certFile, keyFile] = [path.join(folder, 'cert.pem'), path.join(folder, 'key.pem')];
  writeFileSync(certFile, made.cert);
  writeFileSync(keyFile, made.private, { mode: 0o600 });
  return {
    cert: made.cert,
    key: made.private,
    certFile,
    keyFile,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
