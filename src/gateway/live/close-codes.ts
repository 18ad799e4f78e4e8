import { CloseCode } from 'graphql-ws';

/** The protocol's own "too many", for who sends more than is taken: graphql-ws's client does not connect again by itself. */
export const TOO_MANY = CloseCode.TooManyInitialisationRequests;

/** "Try again later" (RFC 6455 registry): the client reconnects, which it does not after 4401 or 4500. */
export const TRY_AGAIN_LATER = 1013;
