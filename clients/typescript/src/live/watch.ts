import type { OperationVariables, TypedDocument } from '../document';
import { type AnalyticsError, graphqlErrors } from '../error';
import type { Patience } from '../patience';
import { closingError, closingOf, isViolation, UNAUTHORIZED } from './closing';
import type { LiveSocket } from './socket';
import type { ValueSink } from './values';

/** As patient as after so many attempts. */
const ATTEMPT_AFTER_REFUSAL = 4;

export interface Watched<Result, Variables> {
  readonly document: TypedDocument<Result, Variables>;
  /** Asked for at each connection. */
  readonly variables: () => Variables;
}

/**
 * Watches a subscription for as long as it is wanted, over lost connections and restarts of the service.
 *
 * @param sink is given every value, and the error that ends it for good; a value that could not be made is left out, and
 *   the next one tried
 * @returns ends it
 */
export function watch<Result, Variables extends OperationVariables>(
  { socket, patience }: { readonly socket: LiveSocket; readonly patience: Patience },
  { document, variables }: Watched<Result, Variables>,
  sink: ValueSink<Result>,
): () => void {
  let leave: () => void = () => undefined;
  let callOff: () => void = () => undefined;
  let isOver = false;

  function subscribe(): void {
    let refusal: unknown;
    leave = socket.subscribe(operationOf(document, variables), {
      next({ data, errors }) {
        // The type was generated from the schema that the service executes the document against.
        if (data != null) sink.next(data as Result);
        else refusal = errors;
      },
      error: resume,
      // The service ends none by itself but one that it had no room for, or could not begin: its only value says why.
      complete: () => resume(refusal),
    });
  }

  /** What graphql-ws does not retry by itself: an ended token, a failure of the service's own, a refused operation. */
  function resume(reason: unknown): void {
    if (isOver) return;
    const closing = closingOf(reason);
    if (closing?.code === UNAUTHORIZED) {
      if (socket.mayRenew()) return subscribe();
      return sink.fail(closingError('UNAUTHENTICATED', closing));
    }
    if (closing && isViolation(closing)) return sink.fail(closingError('PROTOCOL_VIOLATED', closing));
    const [told] = graphqlErrors(reason);
    if (told && !told.isTemporary) return sink.fail(told);
    callOff = resumeAfter(told);
  }

  function resumeAfter(told: AnalyticsError | undefined): () => void {
    if (told?.retryAfterMs !== undefined) return patience.whenWorthRetrying(told.waitMs(), subscribe);
    let isWanted = true;
    void patience.untilWorthRetrying(ATTEMPT_AFTER_REFUSAL).then(() => {
      if (isWanted && !isOver) subscribe();
    });
    return () => (isWanted = false);
  }

  subscribe();
  return () => {
    isOver = true;
    callOff();
    leave();
  };
}

/** graphql-ws makes a message of it at each connection, and reads the variables anew. */
const operationOf = <Result, Variables extends OperationVariables>(
  document: TypedDocument<Result, Variables>,
  variables: () => Variables,
) => ({
  query: document.toString(),
  get variables() {
    return variables();
  },
});
