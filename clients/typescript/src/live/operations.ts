import type { TypedDocument } from '../document';
import type { LiveCountSubscription, LiveCountSubscriptionVariables } from '../generated/operations';

/** Sent as it stands here by all that use this client: subscribers of the same text share what the service does for them. */
export const LIVE_COUNT: TypedDocument<LiveCountSubscription, LiveCountSubscriptionVariables> =
  /* GraphQL */ `
    subscription LiveCount($eventId: UUID!, $afterVersion: Count) {
      participantCount(eventId: $eventId, afterVersion: $afterVersion) {
        count
        dailyChange
        achievementRate
        version
        at
      }
    }
  `;
