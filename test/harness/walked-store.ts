import { randomUUID } from 'node:crypto';
import type { Instant } from '../../src/domain/values';
import { createSettableClock } from '../../src/runtime/clock';
import { type ServiceUnderContract, startUnderContract } from './contract/service';
import {
  distributionCompleted,
  eventCreated,
  participantRegistered,
  salesRecorded,
  viewsMeasured,
} from './messages';
import { askAny } from './operations/client';

const HOUR_MS = 3_600_000;
/** The moment of all that is asked. */
export const NOW = (Math.floor(Date.now() / HOUR_MS) * HOUR_MS) as Instant;
export const at = (hours: number, milliseconds = 0): string =>
  new Date(NOW + hours * HOUR_MS + milliseconds).toISOString();

export interface WalkedPage {
  readonly events: { readonly edges: readonly { readonly cursor: string; readonly node: WalkedEvent }[] };
}

export interface WalkedEvent {
  readonly eventId: string;
  readonly title: string;
  readonly status: string;
  readonly dashboard: unknown;
}

/** A store with an event for each place that a period can have about NOW, and something of each kind on the first. */
export interface WalkedStore {
  readonly service: ServiceUnderContract;
  readonly storeId: string;
  /** Of its events, by id, as they were defined. */
  readonly titles: ReadonlyMap<string, string>;
  readonly ask: (query: string, token?: string) => ReturnType<typeof askAny>;
  /** @returns the events of the page that the arguments give, each with the fields asked for */
  readonly walk: (given: string, fields?: string) => Promise<readonly WalkedEvent[]>;
}

export async function startWalkedStore(): Promise<WalkedStore> {
  const storeId = randomUUID();
  const titles = new Map<string, string>();
  const service = await startUnderContract({ clock: createSettableClock(NOW) });

  async function define(title: string, startAt: string, endAt: string): Promise<void> {
    const eventId = randomUUID();
    titles.set(eventId, title);
    await service.send('event.created', eventCreated({ eventId, storeId }, { title, startAt, endAt }));
  }
  const ask: WalkedStore['ask'] = (query, token = service.token([storeId])) =>
    askAny(service.origin, token, { query, variables: {} });

  await define('to come', at(1), at(2));
  await define('about to start', at(0, 1), at(2));
  await define('just started', at(0), at(2));
  await define('long going on', at(-48), at(1));
  await define('about to end', at(-24), at(0, 1));
  await define('just over', at(-30), at(0));
  await define('long over', at(-90), at(-80));
  const [first, second] = [...titles.keys()];
  await service.send(
    'participant.registered',
    ...Array.from({ length: 3 }, () => participantRegistered(first!, { newCustomer: true })),
    participantRegistered(second!),
  );
  await service.send(
    'distribution.completed',
    distributionCompleted(first!, [
      { channel: '지니TV', status: 'SUCCESS', expectedViews: 90, cost: 5_000 },
      { channel: 'Instagram', status: 'FAILED', expectedViews: 10, cost: 700 },
    ]),
  );
  await service.send('channel.views-measured', viewsMeasured(first!, 'Instagram', 321));
  for (const [place, days] of [-6, -4, -3, -2, -1, 0].entries())
    await service.send(
      'sales.recorded',
      salesRecorded(storeId, 70_001 * (place + 1), { saleDate: at(24 * days).slice(0, 10) }),
    );

  return {
    service,
    storeId,
    titles,
    ask,
    async walk(given, fields = 'title') {
      const query = `{ events(storeId: "${storeId}" ${given}) { edges { node { ${fields} } } } }`;
      const { data, errors } = await ask(query);
      expect(errors).toEqual([]);
      return (data as WalkedPage).events.edges.map((edge) => edge.node);
    },
  };
}
