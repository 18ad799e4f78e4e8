import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Given } from './given';
import { unusable } from './problems';

/** A list in JSON, given in a variable or in a file that another variable names. */
export interface JsonList<Item> {
  readonly inline: string;
  readonly file: string;
  /** What one of its items is called, and several of them. */
  readonly words: { readonly one: string; readonly many: string };
  readonly item: z.ZodType<Item>;
  /** The names of an item's fields. */
  readonly fields: readonly string[];
  /** The field that no two items may have the same value of. */
  readonly key: { readonly name: string; readonly value: z.ZodType<string> };
}

export interface ReadList<Item> {
  readonly items: readonly Item[];
  /** Each with its path, `CHANNEL_PLATFORMS[1].timeoutMs: …`; never with a value, which may be a secret. */
  readonly problems: readonly string[];
}

const failing = (...problems: string[]): { items: []; problems: string[] } => ({ items: [], problems });

/** Reads the list from the variable that is set. A list with a problem counts as empty. */
export function readJsonList<Item>(given: Given, list: JsonList<Item>): ReadList<Item> {
  const { inline, file, words } = list;
  const json = given[inline];
  const path = given[file]?.trim();
  if (json !== undefined && path !== undefined)
    return failing(`${inline}, ${file}: only one of them may be set (one list of ${words.many})`);
  if (json !== undefined) return readItems(inline, json, list);
  if (path === undefined) return { items: [], problems: [] };
  try {
    return readItems(file, readFileSync(path, 'utf8'), list);
  } catch (error) {
    const code =
      typeof error === 'object' && error !== null && 'code' in error ? `, ${String(error.code)}` : '';
    return failing(unusable(file, path, `the path of a file that can be read${code}`));
  }
}

function readItems<Item>(source: string, json: string, list: JsonList<Item>): ReadList<Item> {
  const { words, item, fields, key } = list;
  const items = parseJson(json);
  if (!Array.isArray(items)) return failing(unusable(source, undefined, `a JSON array of ${words.many}`));
  const read = z.array(item).safeParse(items);
  const problems = [
    ...(read.error?.issues.flatMap((issue) => describe(source, issue, fields)) ?? []),
    ...repeated(items, key).map(
      (index) => `${source}[${index}].${key.name}: is that of another ${words.one}`,
    ),
  ];
  return read.success && problems.length === 0 ? { items: read.data, problems } : failing(...problems);
}

/** Undefined for invalid JSON: the engine's own message would quote the text, secrets included. */
function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function describe(source: string, issue: z.core.$ZodIssue, fields: readonly string[]): string[] {
  const place = source + z.core.toDotPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const known = issue.path.length === 1 ? ` (one of ${fields.join(', ')})` : '';
    return issue.keys.map((key) => `${place}.${key}: is not known${known}`);
  }
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => `${place}: ${message}`);
  return [`${place}: ${issue.message}`];
}

/** Checked separately, so that other problems do not hide it. */
function repeated(items: readonly unknown[], { name, value }: JsonList<unknown>['key']): number[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const { data: known } = z
      .object({ [name]: value })
      .transform((it) => it[name])
      .safeParse(item);
    if (known === undefined) return [];
    const isRepeated = seen.has(known);
    seen.add(known);
    return isRepeated ? [index] : [];
  });
}
