import { request } from 'node:http';
import { COUNT } from '../../../test/hostile/clients/operations';
import { atOnce, type Worst } from './worst';

const STREAMS_AT_ONCE = 10;
const PATIENCE_MS = 30_000;

/** Event streams that are left as soon as something comes. */
export const streams: Worst = (victim) =>
  atOnce(STREAMS_AT_ONCE, victim, async (number) => {
    const eventId = victim.eventIds[number % victim.eventIds.length];
    const outgoing = request(`${victim.origin}/graphql`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${victim.token}`,
        accept: 'text/event-stream',
        'content-type': 'application/json',
      },
    });
    outgoing.on('error', () => undefined);
    outgoing.end(JSON.stringify({ query: COUNT, variables: { eventId } }));
    const status = await new Promise<string>((resolve) => {
      outgoing.once('response', ({ statusCode }) => resolve(String(statusCode)));
      outgoing.once('error', ({ message }) => resolve(message));
      outgoing.setTimeout(PATIENCE_MS, () => resolve('nothing'));
    });
    outgoing.destroy();
    victim.answerCounts.add(`stream ${status}`);
  });
