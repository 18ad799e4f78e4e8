import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { Lifecycle } from '../../src/lifecycle';
import { addresses } from '../../test/harness/addresses';

/** A database to begin with, as often as it is wanted. */
export interface Databases {
  /** @returns the address of a new one that is like the template */
  copy(): Promise<string>;
}

/** @param templateUrl must have no connections while it is copied */
export function copiesOf(lifecycle: Lifecycle, templateUrl: string): Databases {
  const template = new URL(templateUrl).pathname.slice(1);
  return {
    async copy() {
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      await command(`CREATE DATABASE ${name} TEMPLATE ${template}`);
      lifecycle.own(name, () => command(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
      const url = new URL(templateUrl);
      url.pathname = `/${name}`;
      return url.href;
    },
  };
}

async function command(sql: string): Promise<void> {
  const client = new Client({ connectionString: addresses().databaseUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
