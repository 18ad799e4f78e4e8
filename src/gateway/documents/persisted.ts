import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { requestError } from '../request-errors';

/**
 * The texts of operations by their SHA-256 in hexadecimal, as the extension `persistedQuery` names them: those that are
 * listed, and where any operation is executed, those that clients have sent along with their hash.
 */
export interface PersistedTexts {
  get(key: string): Promise<string | undefined>;
  set(key: string, text: string): Promise<void>;
  delete(key: string): Promise<boolean>;
  /** Undefined where any operation is executed. @throws GraphQLError PERSISTED_QUERY_NOT_IN_LIST for another text */
  readonly requireListed: ((text: string) => void) | undefined;
}

/** What Apollo's tools make of a client's operations: see docs/persisted-operations.md. */
const manifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string(), name: z.string().optional(), body: z.string() })),
});

const KEPT_BYTES = 4 * 1024 * 1024;

/**
 * @param file a manifest, which is read only where nothing else is executed
 * @throws Error when the file cannot be read, or is no manifest
 */
export function openPersistedTexts(mode: 'any' | 'listed', file: string): PersistedTexts {
  const operations = mode === 'listed' ? readManifest(file) : [];
  const listed = new Map(operations.map(({ body }) => [hashOf(body), body]));
  const sent = new LRUCache<string, string>({
    maxSize: KEPT_BYTES,
    sizeCalculation: (text) => 2 * text.length + 1,
  });
  return {
    get: (key) => Promise.resolve(listed.get(hashIn(key)) ?? sent.get(key)),
    set(key, text) {
      if (mode === 'any') sent.set(key, text);
      return Promise.resolve();
    },
    delete: (key) => Promise.resolve(sent.delete(key)),
    requireListed: mode === 'any' ? undefined : (text) => requireIn(listed, text),
  };
}

/**
 * The names of the operations that a manifest lists; none where there is no such file.
 *
 * @throws Error when it is no manifest
 */
export function namesListed(file: string): ReadonlySet<string> {
  const operations = existsSync(file) ? readManifest(file) : [];
  return new Set(operations.flatMap(({ name }) => name ?? []));
}

function requireIn(listed: ReadonlyMap<string, string>, text: string): void {
  if (listed.has(hashOf(text))) return;
  throw requestError(
    'PERSISTED_QUERY_NOT_IN_LIST',
    'Only operations that are listed are executed here, and this is none of them.',
  );
}

function readManifest(file: string): z.infer<typeof manifest>['operations'] {
  try {
    return manifest.parse(JSON.parse(readFileSync(file, 'utf8'))).operations;
  } catch (error) {
    throw new Error(`The list of operations in ${file} cannot be read.`, { cause: error });
  }
}

/** Apollo puts a prefix before it. */
const hashIn = (key: string): string => key.slice(key.lastIndexOf(':') + 1);

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
