import type { TypedDocument } from './document';
import { AnalyticsError, graphqlErrors } from './error';
import { type Http, type HttpAnswer, parsed, retryAfterMs, unexpectedAnswer } from './http';
import { isObject } from './json';
import { jsonOf } from './operation';
import type { AskOptions } from './rest';
import type { Retries } from './retry-after';
import type { StateStore } from './state';

export interface QueryResult<Result> {
  readonly data: Result;
  /** Of parts that could not be had, and are null in `data`. */
  readonly errors: readonly AnalyticsError[];
}

export interface GraphQL {
  /**
   * Asks once.
   *
   * @throws AnalyticsError when there is no data at all
   */
  query<Result, Variables>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
    options?: AskOptions,
  ): Promise<QueryResult<Result>>;
}

export interface GraphQLOptions {
  readonly http: Http;
  readonly state: StateStore;
  readonly retries: Retries;
}

export function createGraphQL({ http, state, retries }: GraphQLOptions): GraphQL {
  async function ask<Result>(
    query: string,
    body: string,
    signal: AbortSignal | undefined,
  ): Promise<QueryResult<Result>> {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const answer = await http.send({ method: 'POST', path: '/graphql', headers, body }, signal);
    const result = resultOf<Result>(answer);
    const isDatabaseAway = result.errors.some(({ kind }) => kind === 'database-away');
    if (isDatabaseAway || hasAskedDatabase(query, result)) state.update({ isDatabaseAway });
    const { data, errors } = result;
    if (data == null) throw errors[0] ?? unexpectedAnswer(answer);
    return { data, errors };
  }

  return {
    async query(document, variables, { signal } = {}) {
      const query = document.toString();
      const body = jsonOf({ query, variables });
      return retries.askAgainWhenTold(() => ask(query, body, signal), signal);
    },
  };
}

interface ReadResult<Result> {
  readonly data: Result | null | undefined;
  readonly errors: readonly AnalyticsError[];
}

/** The type of `data` is that of the document, which the service has executed against its schema. */
function resultOf<Result>(answer: HttpAnswer): ReadResult<Result> {
  const body = parsed(answer.text);
  if (!isObject(body)) throw unexpectedAnswer(answer);
  const errors = graphqlErrors(body['errors'], answer.status);
  return { data: body['data'] as Result | null | undefined, errors: errors.map(withRetryAfter(answer)) };
}

/** What is answered without the database, or may be: who asks, how the process does, and what there is to ask. */
const WITHOUT_DATABASE = /^(?:viewer|service|_service|__.*)$/;
/** What an answer calls it where it is asked for under another name. */
const RENAMED = /(\w+)\s*:\s*(?:viewer|service|_service|__\w+)\b/g;

/** A refusal does not tell whether the database was asked before it. */
function hasAskedDatabase(query: string, { data, errors }: ReadResult<unknown>): boolean {
  if (errors.some(({ kind }) => kind === 'not-found')) return true;
  if (!isObject(data)) return false;
  const renamed = new Set(Array.from(query.matchAll(RENAMED), ([, name]) => name));
  return Object.entries(data).some(
    ([name, value]) => saysSomething(value) && !WITHOUT_DATABASE.test(name) && !renamed.has(name),
  );
}

/** An empty list may be the answer to a list of no ids. */
const saysSomething = (value: unknown): boolean =>
  value !== null && !(Array.isArray(value) && value.length === 0);

/** What a refusal ahead of the operation says in its header alone. */
const withRetryAfter =
  ({ status, headers }: HttpAnswer) =>
  (error: AnalyticsError): AnalyticsError => {
    const told = retryAfterMs(headers);
    if (error.retryAfterMs !== undefined || told === undefined) return error;
    return new AnalyticsError(error.code, { message: error.message, status, retryAfterMs: told });
  };
