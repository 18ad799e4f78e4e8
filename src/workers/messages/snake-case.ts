import { isObject } from './json-object';

/** @returns the name in snake case, as Jackson's strategy of that name writes it */
export function inSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** @returns the snake-case name by which a field is there that was not found under its own; undefined when it is not */
export function metUnderOtherName(value: unknown, path: readonly PropertyKey[]): string | undefined {
  const name = path.at(-1);
  const parent = path
    .slice(0, -1)
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
      value,
    );
  if (typeof name !== 'string' || !isObject(parent)) return undefined;
  const other = inSnakeCase(name);
  return other !== name && !Object.hasOwn(parent, name) && Object.hasOwn(parent, other) ? other : undefined;
}
