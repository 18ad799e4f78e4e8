import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { openSseClient, openWebSocketClient } from '../harness/live/clients';
import { type Watching, watch } from '../harness/live/watching';
import type { Deployment, GatewayName } from '../faults/deployment/deployment';
import type { ShopEvent } from '../faults/ledger/shops';
import type { LiveReader } from '../faults/readers/live';

export type Transport = 'WebSocket' | 'server-sent events';

export interface RoamingOptions {
  readonly deployment: Deployment;
  readonly event: ShopEvent;
  readonly transport: Transport;
  /** Where it goes next, as a load balancer says. */
  readonly gateway: () => GatewayName;
  /** Told what it must not see. */
  readonly onWrong: (what: string) => void;
}

const result = z.object({ participantCount: z.object({ count: z.number(), version: z.number() }) });
type Value = z.infer<typeof result>;
const SUBSCRIPTION = `subscription ($eventId: UUID!, $afterVersion: Count) {
  participantCount(eventId: $eventId, afterVersion: $afterVersion) { count version }
}`;
const EVERY_MS = 50;
const AGAIN_MS = 200;

/** A subscriber that goes on at another gateway when its own ends, from the version that it has seen: whichever release made that. */
export function openRoamingSubscriber(options: RoamingOptions): LiveReader {
  const { deployment, event, transport, onWrong } = options;
  const token = deployment.token([event.storeId]);
  const stopping = new AbortController();
  let seen: Value['participantCount'] | undefined;

  function take(gateway: GatewayName, { participantCount: value }: Value): void {
    if (seen !== undefined && value.count < seen.count)
      onWrong(`a subscriber at ${gateway} saw ${value.count} after ${seen.count}`);
    if (seen !== undefined && value.version <= seen.version)
      onWrong(`a subscriber at ${gateway} saw version ${value.version} after ${seen.version}`);
    seen = value;
  }

  async function follow(gateway: GatewayName): Promise<void> {
    const open = transport === 'WebSocket' ? openWebSocketClient : openSseClient;
    const client = open(deployment.origin(gateway), { token });
    const variables = { eventId: event.eventId, ...(seen !== undefined && { afterVersion: seen.version }) };
    const watching = watch<unknown, typeof variables>(client, SUBSCRIPTION, variables);
    let taken = 0;
    const takeAll = (): void => {
      for (; taken < watching.values.length; taken += 1) take(gateway, result.parse(watching.values[taken]));
    };
    while (!watching.isOver && !stopping.signal.aborted) {
      takeAll();
      await pause(EVERY_MS);
    }
    takeAll();
    for (const said of refusals(watching)) onWrong(`a subscriber at ${gateway} was told ${said}`);
    watching.stop();
    client.dispose();
  }

  void (async () => {
    while (!stopping.signal.aborted) {
      await follow(options.gateway());
      await pause(AGAIN_MS);
    }
  })().catch((error: unknown) => onWrong(`a subscriber ended: ${String(error)}`));

  return {
    gateway: `any gateway over ${transport}`,
    eventId: event.eventId,
    get shown() {
      return seen?.count;
    },
    stop: () => stopping.abort(),
  };
}

const refused = z.object({ response: z.object({ status: z.number() }) });

/** Errors of GraphQL, and answers of 5xx. That a connection ends with its gateway is no refusal. */
function refusals({ errors, failure }: Watching<unknown>): string[] {
  const status = refused.safeParse(failure).data?.response.status ?? 0;
  return [...errors.map(({ message }) => message), ...(status >= 500 ? [`${status}`] : [])];
}
