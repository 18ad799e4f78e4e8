/** A leaf in which two values differ. A leaf that one of them does not have is undefined there. */
export interface Difference {
  readonly path: string;
  readonly one: unknown;
  readonly other: unknown;
}

/** Where two JSON values differ, leaf by leaf, in the order of the first. */
export function differences(one: unknown, other: unknown, path = '$'): Difference[] {
  if (!isBranch(one) || !isBranch(other) || Array.isArray(one) !== Array.isArray(other)) {
    return Object.is(one, other) ? [] : [{ path, one, other }];
  }
  const [left, right] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  return keys.flatMap((key) =>
    differences(left.get(key), right.get(key), Array.isArray(one) ? `${path}[${key}]` : `${path}.${key}`),
  );
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
