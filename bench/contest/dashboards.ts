import type { Request } from './readers';
import type { Deployment } from './deployment';

/** The dashboard of every event over REST, requested by its shop's owner. */
export function dashboardRequests(deployment: Deployment): Request[] {
  return deployment.shops.flatMap((shop) => {
    const headers = { authorization: `Bearer ${deployment.token([shop])}` };
    return shop.eventIds.map((eventId): Request => {
      return { method: 'GET', path: `/api/events/${eventId}/analytics`, headers };
    });
  });
}
