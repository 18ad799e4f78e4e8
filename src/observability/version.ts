import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** The same path from src and from dist: what is installed lies beside the build. */
const MANIFEST = path.join(__dirname, '../../package.json');

/** The version of the service. */
export const VERSION = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(MANIFEST, 'utf8'))).version;
