import { z } from 'zod';
import { openWebSocketClient } from '../../harness/live/clients';
import { watch } from '../../harness/live/watching';
import type { ShopEvent } from '../ledger/shops';
import type { GatewayName, Deployment } from '../deployment/deployment';

/** A subscriber over WebSocket that reconnects when the connection is lost. */
export interface LiveReader {
  /** The gateway, or in words where it goes from one to another. */
  readonly gateway: string;
  readonly eventId: string;
  /** The latest count it received; undefined before the first. */
  readonly shown: number | undefined;
  stop(): void;
}

const WITHOUT_END = 100_000;
const value = z.object({ participantCount: z.object({ count: z.number() }) });
const SUBSCRIPTION = 'subscription ($eventId: UUID!) { participantCount(eventId: $eventId) { count } }';

export function openLiveReader(
  deployment: Deployment,
  gateway: GatewayName,
  { eventId, storeId }: ShopEvent,
): LiveReader {
  const token = deployment.token([storeId]);
  const client = openWebSocketClient(deployment.origin(gateway), { token, retryAttempts: WITHOUT_END });
  const watching = watch<unknown, { eventId: string }>(client, SUBSCRIPTION, { eventId });
  return {
    gateway,
    eventId,
    get shown() {
      const last = watching.values.at(-1);
      return last === undefined ? undefined : value.parse(last).participantCount.count;
    },
    stop() {
      watching.stop();
      client.dispose();
    },
  };
}
