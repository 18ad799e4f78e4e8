import type { Lifecycle } from '../../src/lifecycle';
import { tell } from '../../test/harness/machine/progress';
import { openDeployment } from '../live/deployment';
import { openSubscriberProcesses } from '../live/subscriber-processes';
import { EXPOSED, keptBytes } from './kept';
import type { Row } from './results';

/** Of an event that is watched from the beginning on, and of those that are watched besides. */
const FIRST = 10;

/** Subscribers of one event, and as many of an event each, which is a cohort each. */
export async function measureGateway(lifecycle: Lifecycle, many: number): Promise<readonly Row[]> {
  const deployment = await openDeployment(lifecycle, { profiles: undefined, nodeOptions: EXPOSED });
  const subscribers = openSubscriberProcesses();
  lifecycle.own('subscribers', () => subscribers.end());
  const events = await deployment.createEvents(many);
  const [first = ''] = events;

  async function withSubscribers(sockets: number, watched: readonly string[]): Promise<number> {
    tell(`${sockets} subscribers of ${watched.length} events …`);
    const { url, token } = deployment;
    await subscribers.connect({ url, token, events: [...watched], sockets, awaitsFirst: true });
    const bytes = await keptBytes(deployment.gateway);
    await subscribers.disconnect();
    return bytes;
  }

  // What is made once, compiled code and statements among it, is there before anything is compared.
  await withSubscribers(many, events);
  const few = await withSubscribers(FIRST, [first]);
  const ofOne = await withSubscribers(many, [first]);
  const ofMany = await withSubscribers(many, events);
  return [
    {
      of: 'subscriber of an event that is watched already',
      from: FIRST,
      to: many,
      fromBytes: few,
      toBytes: ofOne,
    },
    { of: 'event that is watched, with a cohort', from: 1, to: many, fromBytes: ofOne, toBytes: ofMany },
  ];
}
