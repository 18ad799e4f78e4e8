/** How the results of one operation stand in a stream. All of these are in UTF-8. */
export interface OperationFormat {
  /** @param json a result */
  next(json: Buffer): Buffer;
  /** @param json the errors for which a subscription cannot go on */
  failure(json: Buffer): Buffer;
  /** Stands behind the last result. */
  readonly completion: Buffer;
}

/** How a stream is written. */
export interface StreamFormat {
  readonly contentType: string;
  readonly opening: Buffer;
  /** Keeps a connection open that carries nothing else. */
  readonly heartbeat: Buffer;
  /** Stands behind the last operation. */
  readonly closing: Buffer;
}

/** A stream of one operation. */
export type SingleFormat = StreamFormat & { readonly operation: OperationFormat };

const NOTHING = Buffer.alloc(0);
const EVENT_HEAD = Buffer.from('event: next\ndata: ');
const EVENT_TAIL = Buffer.from('\n\n');
const ERRORS_HEAD = Buffer.from('{"errors":');
const OBJECT_TAIL = Buffer.from('}');

/** Some browsers hand out nothing before the first bytes, so that a stream begins with a comment, too. */
const COMMENT = Buffer.from(':\n\n');

/** The stream of graphql-sse's protocol, in both of its modes. */
export const EVENT_STREAM: StreamFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  opening: COMMENT,
  heartbeat: COMMENT,
  closing: NOTHING,
};

/** One operation on a stream of its own: the distinct connections mode. */
export const DISTINCT_EVENTS: SingleFormat = {
  ...EVENT_STREAM,
  operation: events((json) => json, Buffer.from('event: complete\ndata:\n\n')),
};

/** One of several operations on a stream: the single connection mode. */
export function eventsOf(operationId: string): OperationFormat {
  const id = JSON.stringify(operationId);
  const head = Buffer.from(`{"id":${id},"payload":`);
  return events(
    (json) => Buffer.concat([head, json, OBJECT_TAIL]),
    Buffer.from(`event: complete\ndata: {"id":${id}}\n\n`),
  );
}

function events(dataOf: (json: Buffer) => Buffer, completion: Buffer): OperationFormat {
  const next = (json: Buffer): Buffer => Buffer.concat([EVENT_HEAD, dataOf(json), EVENT_TAIL]);
  // The protocol has no event for an error: it comes as the last result.
  return { next, failure: (errors) => next(Buffer.concat([ERRORS_HEAD, errors, OBJECT_TAIL])), completion };
}

/** A part ends with the delimiter of the next one: clients hand a part out once they have read the delimiter behind it. */
const part = (head: string, json: Buffer, tail: string): Buffer =>
  Buffer.concat([
    Buffer.from(`\r\nContent-Type: application/json\r\n\r\n${head}`),
    json,
    Buffer.from(`${tail}\r\n--graphql`),
  ]);

/** Subscriptions over multipart HTTP, as Apollo's clients and routers speak it. */
export const MULTIPART: SingleFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
  opening: Buffer.from('--graphql'),
  heartbeat: part('', Buffer.from('{}'), ''),
  closing: Buffer.from('--\r\n'),
  operation: {
    next: (json) => part('{"payload":', json, '}'),
    failure: (errors) => part('{"payload":null,"errors":', errors, '}'),
    completion: NOTHING,
  },
};
