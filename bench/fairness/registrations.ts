import { participantRegistered } from '../../test/harness/messages';
import type { Deployment } from '../../test/hostile/deployment/deployment';
import { now } from '../live/now';
import type { Seen } from './reader';

/** Registrations for one event, one after the other. */
export interface Registrations {
  /** The count after the last registration that was sent. */
  readonly total: number;
  /** How long it took until the subscriber received each registration of a period, in milliseconds. */
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
        const received = seen.find(({ count }) => count > before + index);
        return at < since || at > until || received === undefined ? [] : [received.at - at];
      }),
    async stop() {
      clearInterval(timer);
      await sending;
    },
  };
}
