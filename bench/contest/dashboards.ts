import type { Request } from './readers';
import type { Stage } from './stage';

/** The analytics of every event over REST, each asked for by its shop's owner. */
export function dashboardRequests(stage: Stage): Request[] {
  return stage.shops.flatMap((shop) => {
    const headers = { authorization: `Bearer ${stage.token([shop])}` };
    return shop.eventIds.map((eventId): Request => {
      return { method: 'GET', path: `/api/events/${eventId}/analytics`, headers };
    });
  });
}
