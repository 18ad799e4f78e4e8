import { constants, Http2ServerResponse } from 'node:http2';

/** The answer to a request over HTTP/2, where it differs from that over HTTP/1.1 in what the gateway goes by. */
export class Http2Response extends Http2ServerResponse {
  /** Node's own resets the stream without an error, which the client takes for the end of a whole answer. */
  override destroy(): this {
    this.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
    return this;
  }
}

// Node's types have them as plain properties, which a class may not override by accessors.
Object.defineProperties(Http2Response.prototype, {
  /** Node's own has none: a client that has gone before a listener was added would be waited for. */
  destroyed: {
    get(this: Http2Response): boolean {
      return this.stream.destroyed || this.stream.closed;
    },
  },
  /** Node ends the stream of a client that resets it, and counts it as finished. */
  writableFinished: {
    get(this: Http2Response): boolean {
      return this.stream.writableFinished && !this.stream.aborted;
    },
  },
});

/** Node emits no `close` for an answer to HEAD that was not ended when its stream closed: it would be kept for ever. */
export function closeWithStream(response: Http2Response): void {
  let isClosed = false;
  response.once('close', () => (isClosed = true));
  // Behind Node's own listener, which has emitted it where it does.
  response.stream.once('close', () => isClosed || response.emit('close'));
}
