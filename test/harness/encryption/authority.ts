import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { generate } from 'selfsigned';

/** Signs certificates, for servers on this machine and for their clients. */
export interface Authority {
  /** Its own certificate, by which those that it signed are recognised. */
  readonly caFile: string;
  /**
   * A certificate and its key, in files of that name; those of the same name are replaced.
   *
   * @param host whom it is for; by default localhost, which is not what 127.0.0.1 is called
   */
  issue(name: string, host?: string): Promise<Pair>;
}

export interface Pair {
  readonly certFile: string;
  readonly keyFile: string;
  /** Both in one file, as Kafka wants them. */
  readonly bothFile: string;
}

const EC = { keyType: 'ec', algorithm: 'sha256' } as const;

export async function createAuthority(folder: string): Promise<Authority> {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const own = await generate([{ name: 'commonName', value: `authority in ${path.basename(folder)}` }], {
    ...EC,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const caFile = path.join(folder, 'ca.pem');
  writeFileSync(caFile, own.cert);
  return {
    caFile,
    async issue(name, host = 'localhost') {
      const made = await generate([{ name: 'commonName', value: host }], {
        ...EC,
        ca: { key: own.private, cert: own.cert },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
          { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
        ],
      });
      const [certFile, keyFile, bothFile] = ['cert', 'key', 'both'].map((what) =>
        path.join(folder, `${name}.${what}.pem`),
      ) as [string, string, string];
      writeFileSync(certFile, made.cert);
      // PostgreSQL takes no key that others may read, and neither do its clients.
      writeFileSync(keyFile, made.private, { mode: 0o600 });
      writeFileSync(bothFile, `${made.private}\n${made.cert}`, { mode: 0o600 });
      return { certFile, keyFile, bothFile };
    },
  };
}
