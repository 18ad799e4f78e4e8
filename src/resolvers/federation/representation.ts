import { z } from 'zod';
import { type AppError, badUserInput } from '../../errors';
import { parseUuid } from '../../domain/uuid';
import type { EventId, StoreId, Uuid } from '../../domain/values';
import { MOST_ENTITIES } from '../list-limits';

/** What other subgraphs refer to, each by its key. */
export const ENTITY_KEYS = { Event: 'eventId', Store: 'storeId', Dashboard: 'eventId' } as const;

const uuid = z.string({ error: 'must be a UUID' }).transform((text, context): Uuid => {
  const id = parseUuid(text);
  if (id !== undefined) return id;
  context.addIssue({ code: 'custom', message: 'must be a UUID' });
  return z.NEVER;
});
const eventId = uuid.transform((id) => id as EventId);
const storeId = uuid.transform((id) => id as StoreId);

/** What a gateway sends beside the key is of no use here, and left out. */
const representation = z.discriminatedUnion(
  '__typename',
  [
    z.object({ __typename: z.literal('Event'), eventId }),
    z.object({ __typename: z.literal('Store'), storeId }),
    z.object({ __typename: z.literal('Dashboard'), eventId }),
  ],
  { error: `must be ${Object.keys(ENTITY_KEYS).join(', ')}` },
);

/** An entity as another subgraph refers to it. */
export type Representation = z.infer<typeof representation>;

/** The representation, or an AppError BAD_USER_INPUT that says what is wrong with it. */
export type ParsedRepresentation = Representation | AppError;

const parsed = new WeakMap<readonly unknown[], readonly ParsedRepresentation[]>();

/**
 * One list is parsed once, however many fields are given it and however often they are priced.
 *
 * @param values not changed any more from now on
 * @returns the representations in their places, as many as may be asked for
 */
export function parseRepresentations(values: readonly unknown[]): readonly ParsedRepresentation[] {
  const before = parsed.get(values);
  if (before !== undefined) return before;
  const all = values.slice(0, MOST_ENTITIES).map(parseRepresentation);
  parsed.set(values, all);
  return all;
}

function parseRepresentation(value: unknown): ParsedRepresentation {
  const { data, error } = representation.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  const where = ['representations', ...(issue?.path ?? [])].join('.');
  return badUserInput(`${where}: ${issue?.message}`);
}
