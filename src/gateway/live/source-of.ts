import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import type { OperationContext } from '../../resolvers/context';
import { LiveSource } from '../../resolvers/live-source';

/** What a subscription would watch; or why it cannot be made, as its result. */
export async function sourceOf(args: ExecutionArgs): Promise<LiveSource | ExecutionResult> {
  try {
    const source = await createSourceEventStream(args);
    if (source instanceof LiveSource || 'errors' in source || 'data' in source) return source;
  } catch (error) {
    // graphql-js throws over an operation whose only field is skipped by a directive.
    if (error instanceof TypeError) return { errors: [new GraphQLError('The operation selects nothing.')] };
    throw error;
  } finally {
    // Before anything else is read: an embedded database has one connection, and this operation holds it.
    await (args.contextValue as OperationContext).close();
  }
  throw new Error('A subscription resolved to something that cannot be watched.');
}
