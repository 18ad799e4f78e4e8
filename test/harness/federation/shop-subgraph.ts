import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';

/** What the shop knows: the names of stores, and the coupon of each event. */
export interface Shop {
  readonly names: ReadonlyMap<string, string>;
  readonly coupons: ReadonlyMap<string, string>;
}

/** A small subgraph beside the service's, over HTTP. */
export interface ShopSubgraph {
  readonly url: string;
  /** As a gateway composes it. */
  readonly sdl: string;
  /** The Authorization headers of the requests so far. */
  readonly authorizations: (string | undefined)[];
  stop(): Promise<void>;
}

const OWN = `
type Query { shop(storeId: UUID!): Store  coupons: [Event!]! }
scalar UUID`;

const SDL = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires"])
${OWN}
type Store @key(fields: "storeId") { storeId: UUID!  name: String! }
type Event @key(fields: "eventId") {
  eventId: UUID!  storeId: UUID! @external  coupon: String!  store: Store! @requires(fields: "storeId")
}`;

const EXECUTABLE = `${OWN}
type Store { storeId: UUID!  name: String! }
type Event { eventId: UUID!  storeId: UUID  coupon: String!  store: Store! }
scalar _Any
union _Entity = Store | Event
extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;

interface Reference {
  readonly __typename: 'Store' | 'Event';
  readonly storeId?: string;
  readonly eventId?: string;
}

export async function startShopSubgraph({ names, coupons }: Shop): Promise<ShopSubgraph> {
  const store = (storeId = '') => ({ __typename: 'Store', storeId, name: names.get(storeId) });
  const event = ({ eventId = '', storeId }: Partial<Reference>) => ({
    __typename: 'Event',
    eventId,
    coupon: coupons.get(eventId),
    store: storeId === undefined ? undefined : store(storeId),
  });
  const authorizations: (string | undefined)[] = [];
  const handler = createHandler({
    schema: buildSchema(EXECUTABLE),
    rootValue: {
      shop: ({ storeId }: { storeId: string }) => store(storeId),
      coupons: () => [...coupons.keys()].map((eventId) => event({ eventId })),
      _entities: ({ representations }: { representations: readonly Reference[] }) =>
        representations.map((each) => (each.__typename === 'Store' ? store(each.storeId) : event(each))),
    },
  });
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    void handler(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    sdl: SDL,
    authorizations,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}
