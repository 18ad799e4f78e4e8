import type { Schema } from './openapi';
import { resolved } from './strict-schema';

/** Where in a value the keys of an object do not stand in the order in which its schema names them. */
export function misplacedKeys(value: unknown, schema: Schema, place = ''): string[] {
  const { properties, items } = resolved(schema);
  if (Array.isArray(value) && items !== undefined) {
    return value.flatMap((item, index) => misplacedKeys(item, items, `${place}/${index}`));
  }
  if (properties === undefined || typeof value !== 'object' || value === null) return [];
  const keys = Object.keys(value);
  const wanted = Object.keys(properties).filter((key) => keys.includes(key));
  const known = keys.filter((key) => key in properties);
  const here =
    known.join() === wanted.join()
      ? []
      : [`${place || '/'} has its keys as ${known.join(', ')}, not ${wanted.join(', ')}`];
  const below = Object.entries(value).flatMap(([key, child]) => {
    const property = properties[key];
    return property === undefined ? [] : misplacedKeys(child, property, `${place}/${key}`);
  });
  return [...here, ...below];
}
