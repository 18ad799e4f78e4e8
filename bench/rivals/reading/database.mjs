import pg from 'pg';
import { given } from '../given.cjs';

const BIGINT = 20;
// Nothing that is kept exceeds 2^53 - 1.
pg.types.setTypeParser(BIGINT, Number);

/** As many connections as the service has for readers. */
const POOL_SIZE = 10;
const pool = new pg.Pool({ connectionString: given('DATABASE_URL'), max: POOL_SIZE });

/** Runs a statement that is prepared once a connection, under its name. @returns its rows */
export async function query(name, text, values) {
  const { rows } = await pool.query({ name, text, values });
  return rows;
}
