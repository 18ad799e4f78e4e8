import { join } from 'node:path';
import type { Variables } from './variables';

/** Where the rows are: on a server, or in a folder of this process. */
export type DatabaseConfig =
  | {
      readonly kind: 'postgres';
      readonly url: string;
      readonly poolSize: number;
      /** What distributes the tables. */
      readonly distribution: Variables['DATABASE_DISTRIBUTION'];
    }
  | { readonly kind: 'embedded'; readonly folder: string };

export function toDatabase(
  read: Pick<Variables, 'DATABASE_URL' | 'DATABASE_POOL_SIZE' | 'DATABASE_DISTRIBUTION' | 'DATA_DIR'>,
): DatabaseConfig {
  return read.DATABASE_URL
    ? {
        kind: 'postgres',
        url: read.DATABASE_URL,
        poolSize: read.DATABASE_POOL_SIZE,
        distribution: read.DATABASE_DISTRIBUTION,
      }
    : { kind: 'embedded', folder: join(read.DATA_DIR, 'postgres') };
}
