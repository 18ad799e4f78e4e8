import type { OperationVariables, TypedDocument } from '../document';
import { AnalyticsError, graphqlErrors } from '../error';
import { jsonOf } from '../operation';
import type { Patience } from '../patience';
import { closingError, closingOf, UNAUTHORIZED } from './closing';
import type { LiveOperation, LiveSocket } from './socket';
import type { ValueSink } from './values';

/** As patient as after so many attempts. */
const ATTEMPT_AFTER_REFUSAL = 4;
/** What the service takes of a message (docs/limits.md), and closes the socket of all for. */
const MOST_BYTES = 100 * 1024;
/** What a message has around its operation, with an id of 36 characters. */
const ENVELOPE_BYTES = 128;

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
  const operation: LiveOperation = {
    query: document.toString(),
    get variables() {
      return variables();
    },
  };

  function subscribe(): void {
    let refusal: unknown;
    try {
      // Within graphql-ws a failure of it would be one of the connection that all share.
      refuseTooLarge(jsonOf(operation));
    } catch (error) {
      return sink.fail(error);
    }
    leave = socket.subscribe(operation, {
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
    // For graphql-ws it is still there, and the socket that was closed for good wanted.
    leave();
    if (reason instanceof AnalyticsError && !reason.isTemporary) return sink.fail(reason);
    const closing = closingOf(reason);
    if (closing?.code === UNAUTHORIZED) {
      if (socket.mayRenew()) return subscribe();
      return sink.fail(closingError('UNAUTHENTICATED', closing));
    }
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

function refuseTooLarge(operation: string): void {
  const bytes = new TextEncoder().encode(operation).length;
  if (bytes + ENVELOPE_BYTES <= MOST_BYTES) return;
  throw new AnalyticsError('OPERATION_TOO_LARGE', {
    message: `The operation and its variables have ${bytes} bytes; the service takes messages of ${MOST_BYTES} at most.`,
  });
}
