import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Shops, ShopEvent } from '../ledger/shops';
import type { Ledger } from '../ledger/ledger';
import { GATEWAYS, type GatewayName, type Deployment } from '../deployment/deployment';
import { type Answer, ask } from './ask';
import { createReaderWatch, type Observations, type Violation } from './watch';

/** Clients that read dashboards continuously, over REST and GraphQL, at both gateways. */
export interface Readers {
  start(): void;
  stop(): Promise<void>;
  /** Stops at once, also during a request. */
  close(): Promise<void>;
  /** Sends no requests to this gateway while a fault stops it; what is under way may come to nothing. */
  pause(gateway: GatewayName): void;
  /** Sends no more requests to this gateway, as one that is told to stop in good order: what is under way counts. */
  leave(gateway: GatewayName): void;
  resume(gateway: GatewayName): void;
  observations(excused: readonly Violation[]): Observations;
}

const REST_EVERY_MS = 120;
const GRAPHQL_EVERY_MS = 500;
/** A hanging request is left open, and others are sent. */
const MOST_WAITING = 40;

const dashboard = z.object({
  summaryCards: z.object({ totalParticipants: z.object({ count: z.number() }) }),
});
const graphql = z.object({ data: z.object({ dashboard }) });
const QUERY =
  'query ($id: UUID!) { dashboard(eventId: $id) { summaryCards { totalParticipants { count } } } }';

export function createReaders(deployment: Deployment, shops: Shops, ledger: Ledger): Readers {
  const watch = createReaderWatch();
  const away = new Set<GatewayName>();
  const left = new Set<GatewayName>();
  const known = new Set<string>();
  const shown = new Map<string, number>();
  const waiting = new Set<Promise<void>>();
  let stopping = new AbortController();
  let loops: Promise<void>[] = [];

  async function readRest(gateway: GatewayName, { eventId, storeId }: ShopEvent): Promise<void> {
    const wasKnown = known.has(eventId);
    const name = `${gateway}/${eventId}`;
    const floor = shown.get(name) ?? 0;
    const answer = await ask(
      deployment.origin(gateway),
      `/api/events/${eventId}/analytics`,
      deployment.token([storeId]),
    );
    if (away.has(gateway) || stopping.signal.aborted) return;
    watch.answered(`REST ${kindOf(answer)}`, answer.tookMs, gateway);
    if (answer.violation !== undefined) watch.saw('contract', answer.violation);
    if (hasFailed(answer)) watch.saw('failed', `${gateway} answered ${kindOf(answer)}`);
    if (answer.status !== 200) {
      if (wasKnown) watch.saw('refused', `${gateway} answered ${kindOf(answer)}`);
      return;
    }
    known.add(eventId);
    const { count } = dashboard.parse(JSON.parse(answer.body)).summaryCards.totalParticipants;
    const most = ledger.participants(eventId);
    if (count > most) watch.saw('too many', `${gateway} counted ${count} of ${most}`);
    if (answer.staleReason !== undefined) return;
    if (count < floor) watch.saw('went back', `${gateway} showed ${count} after ${floor}`);
    shown.set(name, Math.max(count, shown.get(name) ?? 0));
  }

  async function readGraphQL(gateway: GatewayName, { eventId, storeId }: ShopEvent): Promise<void> {
    const body = JSON.stringify({ query: QUERY, variables: { id: eventId } });
    const answer = await ask(deployment.origin(gateway), '/graphql', deployment.token([storeId]), body);
    if (away.has(gateway) || stopping.signal.aborted) return;
    const found = answer.status === 200 ? graphql.safeParse(JSON.parse(answer.body)) : undefined;
    watch.answered(`GraphQL ${found?.success ? 'data' : 'error'}`, answer.tookMs, `GraphQL at ${gateway}`);
    if (hasFailed(answer)) watch.saw('failed', `GraphQL at ${gateway} answered ${kindOf(answer)}`);
    if (!found?.success) {
      const said = answer.failure ?? `${answer.status} ${answer.body.slice(0, 200)}`;
      if (known.has(eventId)) watch.saw('refused by GraphQL', `${gateway} answered ${said}`);
      return;
    }
    const { count } = found.data.data.dashboard.summaryCards.totalParticipants;
    const most = ledger.participants(eventId);
    if (count > most) watch.saw('too many', `GraphQL at ${gateway} counted ${count} of ${most}`);
  }

  /** At a steady rate, whether or not earlier requests have been answered, so that later ones also meet a hang. */
  async function loop(
    gateway: GatewayName,
    everyMs: number,
    read: (gateway: GatewayName, event: ShopEvent) => Promise<void>,
  ): Promise<void> {
    for (let turn = 0; !stopping.signal.aborted; turn++) {
      if (!away.has(gateway) && !left.has(gateway) && waiting.size < MOST_WAITING) {
        const reading = read(gateway, shops.events[turn % shops.events.length]!).finally(() =>
          waiting.delete(reading),
        );
        waiting.add(reading);
      }
      await pause(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  return {
    start() {
      stopping = new AbortController();
      loops = GATEWAYS.flatMap((gateway) => [
        loop(gateway, REST_EVERY_MS, readRest),
        loop(gateway, GRAPHQL_EVERY_MS, readGraphQL),
      ]);
    },
    async stop() {
      // Open requests are finished first: their results count.
      await Promise.all([...waiting]);
      stopping.abort();
      await Promise.all(loops);
    },
    async close() {
      stopping.abort();
      await Promise.all(loops);
    },
    pause: (gateway) => void away.add(gateway),
    leave: (gateway) => void left.add(gateway),
    resume(gateway) {
      away.delete(gateway);
      left.delete(gateway);
    },
    observations: (excused) => watch.observations(excused),
  };
}

const hasFailed = ({ status }: Answer): boolean => status === 0 || status >= 500;

function kindOf({ status, staleReason, failure }: Answer): string {
  if (failure !== undefined) return failure;
  return staleReason === undefined ? String(status) : `${status} stale`;
}
