import { Http2ServerResponse } from 'node:http2';

/** The answer to a request over HTTP/2, with two properties that the gateway goes by as they are over HTTP/1.1. */
export class Http2Response extends Http2ServerResponse {}

// Node's types have them as plain properties, which a class may not override by accessors.
Object.defineProperties(Http2Response.prototype, {
  /** Node's own has none: a client that has gone before anybody listened for it would be waited for. */
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
