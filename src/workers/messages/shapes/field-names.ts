import { distributedChannel } from '../distribution-completed';
import { isObject } from '../json-object';
import { rejected, type Rejection } from '../rejection';
import { inSnakeCase } from '../snake-case';
import { fieldsOf, TOPICS } from '../topics';

const KNOWN = new Set([
  ...TOPICS.flatMap((topic) => Object.keys(fieldsOf(topic))),
  ...Object.keys(distributedChannel.unwrap().shape),
]);

/** The names of this service by those in snake case, where they differ. */
const BY_SNAKE_CASE: ReadonlyMap<string, string> = new Map(
  [...KNOWN].flatMap((name) => (inSnakeCase(name) === name ? [] : [[inSnakeCase(name), name] as const])),
);

type Fields = Readonly<Record<string, unknown>>;

/** Gives fields in snake case the names of this service, also those of objects in a list. Others stay as they are. */
export function renameFields(
  fields: Fields,
): { readonly kind: 'renamed'; readonly fields: Fields } | Rejection {
  const twice = Object.keys(fields).find((key) => {
    const name = BY_SNAKE_CASE.get(key);
    return name !== undefined && Object.hasOwn(fields, name);
  });
  if (twice !== undefined) return rejected(`${twice}: stands beside ${BY_SNAKE_CASE.get(twice)}`);
  const renamed: [string, unknown][] = [];
  for (const [key, value] of Object.entries(fields)) {
    const inside = Array.isArray(value) ? renameItems(value) : { kind: 'renamed' as const, items: value };
    if (inside.kind === 'rejected') return inside;
    renamed.push([BY_SNAKE_CASE.get(key) ?? key, inside.items]);
  }
  return { kind: 'renamed', fields: Object.fromEntries(renamed) };
}

function renameItems(
  list: readonly unknown[],
): { readonly kind: 'renamed'; readonly items: unknown } | Rejection {
  const items: unknown[] = [];
  for (const item of list) {
    const renamed = isObject(item) ? renameFields(item) : { kind: 'renamed' as const, fields: item };
    if (renamed.kind === 'rejected') return renamed;
    items.push(renamed.fields);
  }
  return { kind: 'renamed', items };
}
