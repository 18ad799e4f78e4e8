import { readFileSync } from 'node:fs';
import pg from 'pg';
import { given } from '../given.cjs';

/** Runs a file of SQL that lies beside this one. */
export async function create(file) {
  const client = new pg.Client({ connectionString: given('DATABASE_URL') });
  await client.connect();
  try {
    await client.query(readFileSync(new URL(file, import.meta.url), 'utf8'));
  } finally {
    await client.end();
  }
}
