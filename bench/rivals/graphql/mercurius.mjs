import fastify from 'fastify';
import mercurius from 'mercurius';
import { createContext } from './context.mjs';
import { resolvers } from './resolvers.mjs';
import { typeDefs } from './schema.mjs';

/** Fastify, Mercurius and graphql-jit, as Mercurius's documentation puts them together. */
const app = fastify();
await app.register(mercurius, {
  schema: typeDefs,
  resolvers,
  context: (request) => createContext(request.headers.authorization),
  subscription: {
    fullWsTransport: true,
    onConnect: ({ payload }) => createContext(payload.authorization),
  },
  // Compiled when an operation comes for the second time.
  jit: 1,
});
const url = await app.listen({ host: '127.0.0.1', port: 0 });

export const answers = { address: () => ({ url: `${url}/graphql` }) };
