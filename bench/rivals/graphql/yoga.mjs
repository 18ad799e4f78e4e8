import { createServer } from 'node:http';
import { useGraphQlJit } from '@envelop/graphql-jit';
import { createSchema, createYoga } from 'graphql-yoga';
import { createContext } from './context.mjs';
import { resolvers } from './resolvers.mjs';
import { typeDefs } from './schema.mjs';

/** GraphQL Yoga on node:http, with Envelop's plugin for graphql-jit. */
const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context: ({ request }) => createContext(request.headers.get('authorization')),
  plugins: [useGraphQlJit()],
  logging: 'error',
  graphiql: false,
  maskedErrors: false,
});
const server = createServer(yoga);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

export const answers = { address: () => ({ url: `http://127.0.0.1:${server.address().port}/graphql` }) };
