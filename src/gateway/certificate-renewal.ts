import { readTlsFiles, type TlsConfig, type TlsPair } from '../config/tls';
import { createFaultLog } from '../observability/fault-log';
import type { Logger } from '../observability/log';

export interface CertificateRenewalOptions {
  /** The pair that is in use, and its files. */
  readonly tls: TlsConfig;
  /** Uses the pair for the connections that come from then on. */
  readonly renew: (pair: TlsPair) => void;
  readonly log: Logger;
  /** How often the files are looked at. */
  readonly everyMs?: number;
}

const A_MINUTE_MS = 60_000;

/**
 * Takes over a pair that is renewed in its files, which whatever renews it need not tell of. One that cannot be used leaves
 * the one before in use, as does the moment in which one file is new and the other one is not yet.
 */
export function watchCertificate({ tls, renew, log, everyMs = A_MINUTE_MS }: CertificateRenewalOptions): {
  stop(): void;
} {
  const faults = createFaultLog(log, {
    begins: 'the certificate in TLS_CERT_FILE and TLS_KEY_FILE cannot be used: the one before stays in use',
    ends: 'the certificate in TLS_CERT_FILE and TLS_KEY_FILE can be used again',
  });
  let current: TlsPair = tls;

  function look(): void {
    const { tls: read, problems } = readTlsFiles(tls);
    if (read === undefined) return faults.failed(new Error(problems.join('; ')));
    faults.worked();
    if (read.cert === current.cert && read.key === current.key) return;
    renew(read);
    current = read;
    log.info('the certificate has been renewed');
  }

  // What is read is compared, and no time of change: it is what counts, and a link to a folder has other ones.
  const timer = setInterval(look, everyMs).unref();
  return { stop: () => clearInterval(timer) };
}
