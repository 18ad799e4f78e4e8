import type { Lifecycle } from '../../src/lifecycle';
import type { Comparable } from '../contest/compare';
import type { Contestant } from '../contest/contest';
import { dashboardRequests } from '../contest/dashboards';
import { startRival } from '../contest/rival';
import type { Deployment } from '../contest/deployment';
import type { Shop } from '../contest/shop-data';
import { FULL_DASHBOARD, graphqlAnswer, requestsFor } from '../graphql/operations';
import { type Extremes, workName } from './extremes';

/** By the clocks of two processes, so with some to spare, in milliseconds: nothing is kept for longer. */
const KEPT_MS = 1_500;

/** One after the other, of events of which nothing is kept any more. */
export async function oneAfterTheOther(
  lifecycle: Lifecycle,
  deployment: Deployment,
  shops: readonly Shop[],
): Promise<readonly Comparable[]> {
  const rival = await startRival(lifecycle, deployment, 'pg alone', 'rest/pg-alone.mjs');
  const requests = dashboardRequests({ ...deployment, shops });
  const contestant = (part: Pick<Comparable, 'name' | 'server' | 'wanted'>, url: string): Comparable => ({
    ...part,
    load: { url, requests, apartMs: KEPT_MS, mustHold: '"cacheStatus":"MISS"', mustNotHold: '' },
    toAnswer: (body): unknown => JSON.parse(body),
  });
  return [
    contestant({ name: 'this service', server: deployment.gateway, wanted: null }, deployment.origin),
    contestant({ name: 'the same by pg alone', server: rival.server, wanted: 1 }, rival.url),
  ];
}

const LIVE = 100;

export interface PlannedWork {
  readonly name: string;
  readonly contestants: readonly Contestant[];
  /** Who answer the same. */
  readonly alike: readonly Comparable[];
}

/**
 * The last event of a shop that has much of something beside that of a usual one, both of the service's; of the one with most
 * participants beside the same counted when it is asked for. By GraphQL, as nothing is kept of that.
 */
export async function extremeWorks(
  lifecycle: Lifecycle,
  deployment: Deployment,
  { usual, shops }: Pick<Extremes, 'usual' | 'shops'>,
): Promise<readonly PlannedWork[]> {
  const live = await startRival(lifecycle, deployment, 'counting when asked', 'graphql/mercurius-live.mjs');
  const ofLast = (shop: Shop) => ({ ...deployment, shops: [{ ...shop, eventIds: shop.eventIds.slice(-1) }] });
  const contestant = (
    shop: Shop,
    part: Pick<Comparable, 'name' | 'server' | 'wanted'>,
    url: string,
  ): Comparable => {
    const { origin, pathname } = new URL(url);
    const requests = requestsFor(FULL_DASHBOARD, ofLast(shop), pathname);
    return {
      ...part,
      load: { url: origin, requests, mustHold: '"data"', mustNotHold: '"errors"' },
      toAnswer: graphqlAnswer,
    };
  };
  const ours = (shop: Shop, name: string, wanted: number | null): Comparable =>
    contestant(shop, { name, server: deployment.gateway, wanted }, `${deployment.origin}/graphql`);
  return shops.map(({ name, shop, wanted, isCounted = false }) => {
    const large = ours(shop, 'this service', null);
    const counting = contestant(
      shop,
      { name: 'counted when asked for', server: live.server, wanted: LIVE },
      live.url,
    );
    const alike = isCounted ? [large, counting] : [];
    return {
      name: workName(name),
      contestants: [large, ours(usual, 'this service, a usual event', wanted), ...alike.slice(1)],
      alike,
    };
  });
}
