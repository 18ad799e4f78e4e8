import { chownSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { accountOf, isRoot } from '../machine/commands';
import { freePort } from '../machine/ports';
import { createKafka } from '../servers/kafka';
import { createPostgres } from '../servers/postgres';
import { createRedis } from '../servers/redis';
import type { Server } from '../servers/server';
import type { Authority } from './authority';

export const USER = 'analytics';
export const PASSWORD = 'a password of the tests';

/** A server that takes its clients' connections encrypted only, from those whom its authority has given a certificate. */
export interface SecuredServer {
  readonly server: Server;
  /** Where clients connect to: localhost, which its certificate is for. */
  readonly port: number;
}

/** User and password by SCRAM, over TLS, with a client's certificate; the tests themselves come in without. */
export async function securedPostgres(
  authority: Authority,
): Promise<SecuredServer & { readonly url: string }> {
  const pair = await authority.issue('postgres');
  if (isRoot()) {
    const { uid, gid } = accountOf('postgres');
    for (const file of [pair.certFile, pair.keyFile]) chownSync(file, uid, gid);
  }
  const rules = path.join(path.dirname(pair.certFile), 'pg_hba.conf');
  writeFileSync(
    rules,
    [
      'host all postgres 127.0.0.1/32 trust',
      `hostssl all ${USER} 127.0.0.1/32 scram-sha-256 clientcert=verify-ca`,
    ].join('\n'),
    { mode: 0o644 },
  );
  const server = await createPostgres({
    ssl: 'on',
    ssl_cert_file: pair.certFile,
    ssl_key_file: pair.keyFile,
    ssl_ca_file: authority.caFile,
    hba_file: rules,
    password_encryption: 'scram-sha-256',
  });
  await server.start();
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(`CREATE ROLE ${USER} LOGIN PASSWORD '${PASSWORD}'`);
  await client.query(`CREATE DATABASE ${USER} OWNER ${USER}`);
  await client.end();
  const { port } = new URL(server.url);
  const url = `postgresql://${USER}:${encodeURIComponent(PASSWORD)}@localhost:${port}/${USER}`;
  return { server, port: Number(port), url };
}

export async function securedRedis(authority: Authority): Promise<SecuredServer> {
  const pair = await authority.issue('redis');
  const port = await freePort();
  const server = await createRedis([
    ...['--tls-port', String(port), '--tls-cert-file', pair.certFile, '--tls-key-file', pair.keyFile],
    ...['--tls-ca-cert-file', authority.caFile, '--tls-auth-clients', 'yes'],
  ]);
  await server.start();
  return { server, port };
}

/** User and password by SCRAM, over TLS, with a client's certificate. */
export async function securedKafka(authority: Authority): Promise<SecuredServer> {
  const [pair, port] = await Promise.all([authority.issue('kafka'), freePort()]);
  const server = await createKafka({
    port,
    user: { name: USER, password: PASSWORD },
    bothFile: pair.bothFile,
    caFile: authority.caFile,
  });
  await server.start();
  return { server, port };
}
