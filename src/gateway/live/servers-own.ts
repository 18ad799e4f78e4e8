import { MessageType } from 'graphql-ws';
import { z } from 'zod';

const serversOwn = z.looseObject({
  type: z.enum([MessageType.ConnectionAck, MessageType.Next, MessageType.Error]),
});

/** Whether a message is one that only a server sends: graphql-ws throws at those, as it does at a failure of ours. */
export function isServersOwn(text: string): boolean {
  return serversOwn.safeParse(JSON.parse(text)).success;
}
