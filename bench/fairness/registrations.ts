import { participantRegistered } from '../../test/harness/messages';
import type { Deployment } from '../../test/hostile/deployment/deployment';
import { now } from '../live/now';
import type { Seen } from './reader';

/** People who register for one event, one after the other. */
export interface Registrations {
  /** How many there will have been once the last one that was sent is counted. */
  readonly total: number;
  /** How long it took until somebody was told of each that was sent within a time, in milliseconds. */
  tellingTimes(seen: readonly Seen[], since: number, until: number): number[];
  stop(): Promise<void>;
}

const EVERY_MS = 250;

/** @param before how many had registered before the first */
export function startRegistrations(deployment: Deployment, eventId: string, before: number): Registrations {
  const sent: number[] = [];
  let sending = Promise.resolve();
  const timer = setInterval(() => {
    sent.push(now());
    sending = sending.then(() => deployment.send('participant.registered', [participantRegistered(eventId)]));
  }, EVERY_MS);
  return {
    get total() {
      return before + sent.length;
    },
    tellingTimes: (seen, since, until) =>
      sent.flatMap((at, index) => {
        const told = seen.find(({ count }) => count > before + index);
        return at < since || at > until || told === undefined ? [] : [told.at - at];
      }),
    async stop() {
      clearInterval(timer);
      await sending;
    },
  };
}
