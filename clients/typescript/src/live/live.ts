import { whenAborted } from '../aborting';
import type { OperationVariables, TypedDocument } from '../document';
import type { LiveCountSubscription } from '../generated/operations';
import { LIVE_COUNT } from './operations';
import { type LiveSocket, openSocket, type SocketOptions } from './socket';
import { type WebSocketClass, webSocketOf } from './sockets';
import { type EndWhen, latestValues } from './values';
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

export interface LiveOptions extends Pick<SocketOptions, 'url' | 'token' | 'state' | 'patience'> {
  /** In place of the global one. */
  readonly webSocket: WebSocketClass | undefined;
}

export function createLive(options: LiveOptions): OwnedLive {
  const { state, patience } = options;
  let opened: LiveSocket | undefined;
  let watching = 0;
  let wasLost = false;
  let isDisposed = false;
  /** Of all loops. */
  const ends = new Set<() => void>();

  const endWhen =
    ({ signal }: WatchOptions): EndWhen =>
    (end) => {
      if (isDisposed || signal?.aborted) end();
      ends.add(end);
      const forget = signal && whenAborted(signal, end);
      return () => {
        ends.delete(end);
        forget?.();
      };
    };

  /** Made when something is first watched: who does not watch needs no WebSocket. */
  function socket(): LiveSocket {
    opened ??= openSocket({
      ...options,
      webSocket: webSocketOf(options.webSocket),
      isWatched: () => watching > 0,
      wasLost,
    });
    return opened;
  }

  function counted(begin: () => () => void): () => void {
    watching += 1;
    const leave = begin();
    return () => {
      leave();
      watching -= 1;
      if (watching === 0) rest();
    };
  }

  /** What is there is closed after a while; what is not there is not waited for any more. */
  function rest(): void {
    patience.hurry();
    const { connection } = state.current;
    if (connection === 'open') {
      wasLost = false;
      return;
    }
    wasLost ||= connection === 'lost' || connection === 'refused';
    opened?.dispose();
    opened = undefined;
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
        const on = { socket: socket(), patience };
        return counted(() => watch(on, watched, { ...sink, next }));
      }, endWhen(options));
    },
    watch(document, variables, options = {}) {
      return latestValues((sink) => {
        const on = { socket: socket(), patience };
        return counted(() => watch(on, { document, variables: () => variables }, sink));
      }, endWhen(options));
    },
    dispose() {
      isDisposed = true;
      for (const end of [...ends]) end();
      opened?.dispose();
    },
  };
}
