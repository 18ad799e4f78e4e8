import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { z } from 'zod';

const answer = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.strictObject({
        message: z.string(),
        locations: z.array(z.unknown()).optional(),
        path: z.array(z.union([z.string(), z.number()])).optional(),
        extensions: z.strictObject({
          code: z.string(),
          part: z.string().optional(),
          cost: z.number().optional(),
          maxCost: z.number().optional(),
          retryAfterSeconds: z.number().optional(),
        }),
      }),
    )
    .optional(),
});

export type GraphQLErrors = NonNullable<z.infer<typeof answer>['errors']>;

export interface GraphQLAnswer<Data> {
  readonly status: number;
  /** Undefined when the operation was not executed, or its failure reached the top. */
  readonly data: Data | undefined;
  readonly errors: GraphQLErrors;
}

/** Asks `/graphql` over HTTP as any client would. An error that carries more than message, place and code is refused. */
export async function ask<Data, Variables>(
  origin: string,
  token: string | undefined,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<GraphQLAnswer<Data>> {
  const { status, data, errors } = await askAny(origin, token, { query: print(document), variables });
  // The types were generated from the schema that the service has executed the document against.
  return { status, data: (data ?? undefined) as Data | undefined, errors };
}

/** The same for a body of any kind. */
export async function askAny(
  origin: string,
  token: string | undefined,
  body: unknown,
): Promise<GraphQLAnswer<unknown>> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const { data, errors } = answer.parse(await response.json());
  return { status: response.status, data, errors: errors ?? [] };
}
