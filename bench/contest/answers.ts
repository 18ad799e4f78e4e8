/** The path of the first difference of two answers, with both values; undefined when they are equal, in any order of keys. */
export function firstDifference(one: unknown, other: unknown, path = ''): string | undefined {
  if (Object.is(one, other)) return undefined;
  const [keys, others] = [keysOf(one), keysOf(other)];
  if (keys === undefined || others === undefined || Array.isArray(one) !== Array.isArray(other))
    return `${path || 'the whole'}: ${show(one)} and ${show(other)}`;
  for (const key of new Set([...keys.keys(), ...others.keys()])) {
    const found = firstDifference(keys.get(key), others.get(key), path === '' ? key : `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What lies in an object or a list, by key or place; undefined for what is neither. */
function keysOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
}

const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
