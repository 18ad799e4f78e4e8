import type { IncomingMessage } from 'node:http';
import { DISTINCT_EVENTS, MULTIPART } from '../../../../../src/gateway/live/streams/formats';
import { mayBeStream, streamFormatOf } from '../../../../../src/gateway/live/streams/negotiation';

const accepting = (accept?: string): IncomingMessage => ({ headers: { accept } }) as IncomingMessage;

describe('the format of an answer', () => {
  it.each([
    ['text/event-stream'],
    ['text/event-stream, */*'],
    ['application/json;q=0.5, text/event-stream'],
    ['multipart/mixed, text/event-stream'],
  ])('is an event stream: %s', (accept) => {
    expect(streamFormatOf(accepting(accept))).toBe(DISTINCT_EVENTS);
  });

  it.each([
    // Apollo Client 3 and 4; Apollo Kotlin 4.
    ['multipart/mixed;boundary="graphql";subscriptionSpec="1.0",application/json'],
    [
      'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json;q=0.9',
    ],
    ['multipart/mixed;subscriptionSpec=1.0, application/graphql-response+json, application/json'],
    ['multipart/mixed; SubscriptionSpec=1.0'],
  ])('is multipart: %s', (accept) => {
    expect(mayBeStream(accepting(accept))).toBe(true);
    expect(streamFormatOf(accepting(accept))).toBe(MULTIPART);
  });

  it.each([
    [undefined],
    ['*/*'],
    ['application/json'],
    ['multipart/mixed'],
    ['multipart/mixed;deferSpec=20220824, application/json'],
    ['multipart/mixed;boundary="-";subscriptionSpec="1.0", application/json'],
    ['multipart/mixed;subscriptionSpec=2.0, application/json'],
    ['application/graphql-response+json, text/event-stream;q=0.5'],
    ['text/event-stream;q=0'],
  ])('is one JSON answer: %s', (accept) => {
    expect(streamFormatOf(accepting(accept))).toBeUndefined();
  });
});
