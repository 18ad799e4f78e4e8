import type { Random } from '../../../src/commands/simulator/random';
import { ask } from '../readers/ask';
import type { Cast } from './cast';
import { createLedger, type Entry, type Ledger } from './ledger';
import { createStory, type Story, type Told } from './story';

/** Plays upstream of a service without Kafka: what it has not accepted is sent again. */
export interface EmbeddedTraffic {
  readonly story: Story;
  readonly ledger: Ledger;
  /** Sends these, and whatever was not accepted before. @returns whether all of it was accepted, and how long it took */
  post(told: readonly Told[]): Promise<{ isAccepted: boolean; tookMs: number }>;
}

export function createEmbeddedTraffic(
  cast: Cast,
  random: Random,
  service: { origin(): string; token: string },
): EmbeddedTraffic {
  const story = createStory(cast, random);
  const ledger = createLedger();
  let pending: Entry[] = [];
  return {
    story,
    ledger,
    async post(told) {
      pending.push(...told.map((each) => ledger.add(each)));
      const body = JSON.stringify(pending.map(({ valid }) => valid));
      const { status, tookMs } = await ask(service.origin(), '/dev/events', service.token, body);
      if (status === 200) {
        for (const entry of pending) entry.state = 'in the log';
        pending = [];
      }
      return { isAccepted: status === 200, tookMs };
    },
  };
}
