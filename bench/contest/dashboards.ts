import type { Request } from './readers';
import type { Deployment } from './deployment';

/** The analytics of every event over REST, each asked for by its shop's owner. */
export function dashboardRequests(deployment: Deployment): Request[] {
  return deployment.shops.flatMap((shop) => {
    const headers = { authorization: `Bearer ${deployment.token([shop])}` };
    return shop.eventIds.map((eventId): Request => {
      return { method: 'GET', path: `/api/events/${eventId}/analytics`, headers };
    });
  });
}
