import { type ClientTlsNames, readClientTls } from '../config/client-tls';
import type { ClientCredentials, ClientTls } from '../config/tls-files';
import { createFaultLog } from '../observability/fault-log';
import type { Logger } from '../observability/log';

/**
 * What `tls.connect` is given. The files are read anew for each connection, since what renews them need not tell of it: who copies
 * these properties has what stands there at that moment. Files that cannot be used, as in the moment in which one is new and the
 * other is not yet, leave in use what was read before.
 */
export function openCredentials(files: ClientTls, names: ClientTlsNames, log: Logger): ClientCredentials {
  const fault = createFaultLog(log, {
    begins: `the files of ${names.ca}, ${names.cert} and ${names.key} cannot be used: those from before stay in use`,
    ends: `the files of ${names.ca}, ${names.cert} and ${names.key} can be used again`,
  });
  const first = readClientTls(files, names);
  // Without an authority Node would trust its own, and that would be what is gone back to.
  if (first.problems.length > 0) throw new Error(first.problems.join('; '));
  let current = first.credentials;
  let isRead = true;

  /** Once for those who copy all three: a key that is read a moment after its certificate may be of the next one. */
  function read(): ClientCredentials {
    if (isRead) return current;
    isRead = true;
    queueMicrotask(forget);
    const { credentials, problems } = readClientTls(files, names);
    if (problems.length > 0) fault.failed(new Error(problems.join('; ')));
    else {
      fault.worked();
      current = credentials;
    }
    return current;
  }

  function forget(): void {
    isRead = false;
  }

  queueMicrotask(forget);
  const property = (name: keyof ClientCredentials) => ({ enumerable: true, get: () => read()[name] });
  return Object.defineProperties({}, { ca: property('ca'), cert: property('cert'), key: property('key') });
}
