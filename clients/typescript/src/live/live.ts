import type { OperationVariables, TypedDocument } from '../document';
import type { LiveCountSubscription } from '../generated/operations';
import type { Patience } from '../patience';
import { LIVE_COUNT } from './operations';
import { type LiveSocket, openSocket, type SocketOptions, webSocketOf } from './socket';
import { latestValues } from './values';
import { watch } from './watch';

/** How many take part in an event, as it was at `version`. */
export type ParticipantCount = LiveCountSubscription['participantCount'];

export interface WatchOptions {
  /** Ends the loop, without an error. */
  readonly signal?: AbortSignal;
}

export interface CountOptions extends WatchOptions {
  /** The version of the last value that was seen, in an earlier loop or process: only what is newer comes. */
  readonly afterVersion?: number;
}

export interface Live {
  /**
   * The number of participants: at once, and then after changes, for as long as the loop goes on, over lost connections and
   * restarts of the service. Versions only grow: none comes twice, and none after a newer one.
   *
   * @throws AnalyticsError within the loop, when it has ended for good
   */
  participantCount(eventId: string, options?: CountOptions): AsyncIterable<ParticipantCount>;
  /**
   * The values of any subscription, in the same way; what has no version, as `dashboardUpdated`, comes once more after a lost
   * connection.
   *
   * @throws AnalyticsError within the loop, when it has ended for good
   */
  watch<Result, Variables extends OperationVariables>(
    document: TypedDocument<Result, Variables>,
    variables: Variables,
    options?: WatchOptions,
  ): AsyncIterable<Result>;
}

export interface OwnedLive extends Live {
  dispose(): void;
}

export function createLive(options: SocketOptions & { readonly patience: Patience }): OwnedLive {
  const { patience } = options;
  let opened: LiveSocket | undefined;
  let watching = 0;
  const disposed = new AbortController();
  const signalsOf = ({ signal }: WatchOptions): readonly AbortSignal[] =>
    signal ? [signal, disposed.signal] : [disposed.signal];

  /** Made when something is first watched: who does not watch needs no WebSocket. */
  function socket(): LiveSocket {
    opened ??= openSocket({ ...options, webSocket: webSocketOf(options.webSocket) });
    return opened;
  }

  function counted(leave: () => void): () => void {
    watching += 1;
    return () => {
      leave();
      watching -= 1;
      if (watching === 0) patience.hurry();
    };
  }

  return {
    participantCount(eventId, options = {}) {
      return latestValues((sink) => {
        let seen = options.afterVersion ?? null;
        const watched = { document: LIVE_COUNT, variables: () => ({ eventId, afterVersion: seen }) };
        const next = ({ participantCount }: LiveCountSubscription): void => {
          if (seen !== null && participantCount.version <= seen) return;
          seen = participantCount.version;
          sink.next(participantCount);
        };
        return counted(watch({ socket: socket(), patience }, watched, { ...sink, next }));
      }, signalsOf(options));
    },
    watch(document, variables, options = {}) {
      return latestValues(
        (sink) =>
          counted(watch({ socket: socket(), patience }, { document, variables: () => variables }, sink)),
        signalsOf(options),
      );
    },
    dispose() {
      disposed.abort();
      opened?.dispose();
    },
  };
}
