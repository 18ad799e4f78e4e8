import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeCertificate, type MadeCertificate } from '../../harness/tls';
import { load, problemsOf } from './load';

describe('TLS_CERT_FILE and TLS_KEY_FILE', () => {
  let one: MadeCertificate;
  let other: MadeCertificate;
  beforeAll(async () => {
    one = await makeCertificate();
    other = await makeCertificate();
  });
  afterAll(() => {
    one.remove();
    other.remove();
  });

  const file = (text: string): string => {
    const name = path.join(path.dirname(one.certFile), `${text.length}.pem`);
    writeFileSync(name, text);
    return name;
  };

  test('are read, both', () => {
    const { tls } = load({ TLS_CERT_FILE: one.certFile, TLS_KEY_FILE: ` ${one.keyFile} ` }).http;
    expect(tls).toEqual({ cert: one.cert, key: one.key, certFile: one.certFile, keyFile: one.keyFile });
  });

  test('are not looked at where there is no gateway', () => {
    const worker = {
      ROLES: 'worker',
      DATABASE_URL: 'postgres://db/x',
      REDIS_URL: 'redis://r',
      KAFKA_BROKERS: 'k:1',
    };
    expect(load({ ...worker, TLS_CERT_FILE: '/nowhere/cert.pem' }).http.tls).toBeUndefined();
  });

  test('go together', () => {
    const problem = 'missing (certificate and key together, or none of them)';
    expect(problemsOf({ TLS_CERT_FILE: one.certFile })).toEqual([`TLS_KEY_FILE: ${problem}`]);
    expect(problemsOf({ TLS_KEY_FILE: one.keyFile })).toEqual([`TLS_CERT_FILE: ${problem}`]);
  });

  test('have to be of one pair', () => {
    expect(problemsOf({ TLS_CERT_FILE: one.certFile, TLS_KEY_FILE: other.keyFile })).toEqual([
      'TLS_KEY_FILE: its key is not that of the certificate (the two that were made together)',
    ]);
  });

  test('are tried together, with what stands behind the certificate', () => {
    const cut = `${one.cert}\n${other.cert.slice(0, 200)}\n-----END CERTIFICATE-----\n`;
    expect(problemsOf({ TLS_CERT_FILE: file(cut), TLS_KEY_FILE: one.keyFile })).toEqual([
      expect.stringMatching(
        /^TLS_CERT_FILE: .* cannot be used \(the certificate, and behind it those that it is signed by\): .*PEM/,
      ),
    ]);
    const chain = file(`${one.cert}\n${other.cert}`);
    expect(load({ TLS_CERT_FILE: chain, TLS_KEY_FILE: one.keyFile }).http.tls?.certFile).toBe(chain);
  });

  test('are reported with every other problem, and nothing of what is in them', () => {
    const [nowhere, swapped] = [path.join(path.dirname(one.certFile), 'nowhere.pem'), one.certFile];
    const problems = problemsOf({ TLS_CERT_FILE: nowhere, TLS_KEY_FILE: swapped, PORT: 'x' });
    expect(problems).toEqual([
      expect.stringMatching(/^PORT: /),
      expect.stringMatching(/^TLS_CERT_FILE: ".*nowhere\.pem.* cannot be used \(a file that can be read\)$/),
      expect.stringMatching(
        /^TLS_KEY_FILE: .* cannot be used \(a file with a private key in PEM, not encrypted\)$/,
      ),
    ]);
    const broken = problemsOf({ TLS_CERT_FILE: file('no certificate'), TLS_KEY_FILE: one.keyFile });
    expect(broken).toEqual([expect.stringMatching(/\(a file with a certificate in PEM\)$/)]);
  });
});
