import { CloseCode } from 'graphql-ws';

/** The protocol's own "too many": graphql-ws's client does not connect again by itself, and with so many it should not. */
export const TOO_MANY = CloseCode.TooManyInitialisationRequests;
