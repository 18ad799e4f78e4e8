import type { AddressInfo, Server } from 'node:net';

export interface Address {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
}

/**
 * Resolves with the port once connections are taken.
 *
 * @throws Error that names the variables to change, where the address cannot be listened on
 */
export function listen(server: Server, { host, port }: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException): void => {
      const reason = cause.code === 'EADDRINUSE' ? 'another process has it' : cause.message;
      reject(new Error(`HOST and PORT: ${host}:${port} cannot be listened on (${reason}).`, { cause }));
    };
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
