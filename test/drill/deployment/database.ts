import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { command, databaseOf } from '../../harness/servers/citus';
import type { Server } from '../../harness/servers/server';

/** A database that the service enters as a user of its own, with a password, and its administrator without one. */
export interface DrillDatabase {
  /** As the administrator. */
  readonly adminUrl: string;
  /** As the service. */
  url(password: string): string;
  /** Gives the service's user another password. */
  changePassword(password: string): Promise<void>;
}

const NAME = 'analytics';
const ACCESS = `host all postgres 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n`;

export async function createDrillDatabase(postgres: Server, password: string): Promise<DrillDatabase> {
  await command(postgres.url, `CREATE ROLE ${NAME} LOGIN PASSWORD '${password}'`);
  await command(postgres.url, `CREATE DATABASE ${NAME} OWNER ${NAME}`);
  writeFileSync(path.join(postgres.folder, 'data/pg_hba.conf'), ACCESS);
  await command(postgres.url, 'SELECT pg_reload_conf()');
  const adminUrl = databaseOf(postgres.url, NAME);
  return {
    adminUrl,
    url(known) {
      const url = new URL(adminUrl);
      url.username = NAME;
      url.password = known;
      return url.href;
    },
    async changePassword(changed) {
      await command(postgres.url, `ALTER ROLE ${NAME} PASSWORD '${changed}'`);
    },
  };
}
