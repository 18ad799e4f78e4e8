import { getStitchedSchemaFromSupergraphSdl } from '@graphql-tools/federation';
import { composeServices } from '@theguild/federation-composition';
import { execute, type ExecutionResult, parse, validate } from 'graphql';

export interface Subgraph {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
}

/** Asks a gateway over several subgraphs, which are sent the token of the asker. */
export type AskGateway = (query: string, token: string) => Promise<ExecutionResult>;

/** @throws Error when the subgraphs do not compose */
export function openGateway(subgraphs: readonly Subgraph[]): AskGateway {
  const composed = composeServices(
    subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
  );
  if (composed.supergraphSdl === undefined)
    throw new AggregateError(composed.errors, 'The subgraphs do not compose.');
  const schema = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl: composed.supergraphSdl,
    httpExecutorOpts: {
      headers: (request) => ({ authorization: `Bearer ${tokenIn(request?.context)}` }),
    },
  });
  return async (query, token) => {
    const document = parse(query);
    const errors = validate(schema, document);
    if (errors.length > 0) return { errors };
    return execute({ schema, document, contextValue: { token } });
  };
}

const tokenIn = (context: unknown): string =>
  typeof context === 'object' && context !== null && 'token' in context ? String(context.token) : '';
