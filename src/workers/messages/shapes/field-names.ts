import { distributedChannel } from '../distribution-completed';
import { isObject } from '../json-object';
import { rejected, type Rejection } from '../rejection';
import { inSnakeCase } from '../snake-case';
import { fieldsOf, type Topic, TOPICS } from '../topics';

type Fields = Readonly<Record<string, unknown>>;
type Renamed = { readonly kind: 'renamed'; readonly fields: Fields };

/** The names of this service by those in snake case, where they differ. */
type Names = ReadonlyMap<string, string>;

const namesOf = (fields: object): Names =>
  new Map(
    Object.keys(fields).flatMap((name) =>
      inSnakeCase(name) === name ? [] : [[inSnakeCase(name), name] as const],
    ),
  );

const NAMES: ReadonlyMap<Topic, Names> = new Map(TOPICS.map((topic) => [topic, namesOf(fieldsOf(topic))]));
const NAMES_OF_CHANNELS = namesOf(distributedChannel.unwrap().shape);

/**
 * Gives the topic's fields that are in snake case the names of this service, those of a distribution's channels included. All
 * else stays as it is, however deep it goes: it is ignored.
 */
export function renameFields(topic: Topic, fields: Fields): Renamed | Rejection {
  const renamed = rename(fields, NAMES.get(topic)!);
  if (renamed.kind === 'rejected' || topic !== 'distribution.completed') return renamed;
  const { channels } = renamed.fields;
  if (!Array.isArray(channels)) return renamed;
  const items: unknown[] = [];
  for (const channel of channels) {
    const item = isObject(channel) ? rename(channel, NAMES_OF_CHANNELS) : undefined;
    if (item?.kind === 'rejected') return item;
    items.push(item?.fields ?? channel);
  }
  return { kind: 'renamed', fields: { ...renamed.fields, channels: items } };
}

function rename(fields: Fields, names: Names): Renamed | Rejection {
  const twice = Object.keys(fields).find((key) => {
    const name = names.get(key);
    return name !== undefined && Object.hasOwn(fields, name);
  });
  if (twice !== undefined) return rejected(`${twice}: stands beside ${names.get(twice)}`);
  const entries = Object.entries(fields).map(([key, value]) => [names.get(key) ?? key, value] as const);
  return { kind: 'renamed', fields: Object.fromEntries(entries) };
}
