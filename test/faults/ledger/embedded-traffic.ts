import type { Random } from '../../../src/commands/simulator/random';
import { ask } from '../readers/ask';
import type { Shops } from './shops';
import { createLedger, type Entry, type Ledger } from './ledger';
import { createMessageFactory, type MessageFactory, type MessageDraft } from './message-factory';

/** The upstream of a service without Kafka: sends again what was not accepted. */
export interface EmbeddedTraffic {
  readonly factory: MessageFactory;
  readonly ledger: Ledger;
  /** Sends these and all that was not accepted before. @returns whether all of it was accepted, and how long it took */
  post(drafts: readonly MessageDraft[]): Promise<{ isAccepted: boolean; tookMs: number }>;
}

export function createEmbeddedTraffic(
  shops: Shops,
  random: Random,
  service: { origin(): string; token: string },
): EmbeddedTraffic {
  const factory = createMessageFactory(shops, random);
  const ledger = createLedger();
  let pending: Entry[] = [];
  return {
    factory,
    ledger,
    async post(drafts) {
      pending.push(...drafts.map((each) => ledger.add(each)));
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
