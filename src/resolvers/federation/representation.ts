import { z } from 'zod';
import { type AppError, badUserInput } from '../../errors';
import { parseUuid } from '../../domain/uuid';
import type { EventId, StoreId, Uuid } from '../../domain/values';

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

/** @returns the representation, or an AppError BAD_USER_INPUT that says what is wrong with it */
export function parseRepresentation(value: unknown): Representation | AppError {
  const { data, error } = representation.safeParse(value);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  const where = ['representations', ...(issue?.path ?? [])].join('.');
  return badUserInput(`${where}: ${issue?.message}`);
}
