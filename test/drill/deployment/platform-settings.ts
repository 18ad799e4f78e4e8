import type { MessageDraft } from '../../faults/ledger/message-factory';
import type { ShopEvent } from '../../faults/ledger/shops';
import { distributionCompleted } from '../../harness/messages/distribution-completed';

/** The channel whose views are asked for; no other message is about it. */
const CHANNEL = '동네방송';
const EVERY_SECONDS = 10;

/** CHANNEL_PLATFORMS, for a platform at this address, with the token of TV_TOKEN. */
export function askedAt(origin: string): string {
  return JSON.stringify([
    {
      channel: CHANNEL,
      baseUrl: origin,
      parser: 'json',
      credentials: { type: 'bearer', token: '$TV_TOKEN' },
      intervalSeconds: EVERY_SECONDS,
    },
  ]);
}

/**
 * Without it the platform is not asked about the event. Nothing is expected of its content: of the views that come of it, the ledger
 * knows nothing.
 */
export function distributedOverAskedChannel({ eventId, partition }: ShopEvent): MessageDraft {
  const value = distributionCompleted(eventId, [{ channel: CHANNEL, status: 'SUCCESS', cost: 0 }]);
  return { topic: 'distribution.completed', partition, value: Buffer.from(JSON.stringify(value)) };
}
