import type { Lifecycle } from '../../src/lifecycle';
import { FULL_DASHBOARD, requestsFor } from '../graphql/operations';
import { dashboardRequests } from '../contest/dashboards';
import { openDeployment } from '../contest/deployment';
import { type Load, openReaders } from '../contest/readers';
import { createEqualShops } from '../contest/shop-data';
import { keepAll } from '../hit/kept';
import { type Shared, WORKS } from './results';
import { openMeter } from './meter';

const SHOPS = { shops: 50, eventsOfShop: 4, participantsOfEvent: 40 };
/** Kept as long as nothing changes: at the full hour something does. */
const ENV = { CACHE_TTL_SECONDS: '86400', INDUSTRY_REFRESH_SECONDS: '86400' };
/**
 * To each gateway, however many there are. Divided among them, it measured something else as well: one gateway alone takes
 * a sixth more for a full dashboard over sixteen connections than over forty-eight, since a turn of its event loop serves fewer.
 */
const CONNECTIONS_OF_EACH = 16;
/** Each by itself ahead of everything, until V8 has compiled what is used. */
const FIRST_WARM_UP_SECONDS = 15;
const WARM_UP_SECONDS = 2;

export interface Asked {
  readonly name: string;
  readonly warmUp: () => Promise<void>;
  readonly by: (gateways: number) => Promise<Shared>;
}

/** Dashboards asked of several gateways over one PostgreSQL and one Redis. */
export async function openGateways(
  lifecycle: Lifecycle,
  { most, seconds }: { readonly most: number; readonly seconds: number },
): Promise<readonly Asked[]> {
  const deployment = await openDeployment(lifecycle, createEqualShops(SHOPS, Date.now()), { env: ENV });
  const others = await Promise.all(Array.from({ length: most - 1 }, () => deployment.anotherGateway()));
  const gateways = [{ process: deployment.gateway, origin: deployment.origin }, ...others].map((gateway) => ({
    ...gateway,
    readers: openReaders(lifecycle),
  }));
  const meter = await openMeter(deployment.databaseUrl, deployment.redisUrl);
  lifecycle.own('a look at PostgreSQL and Redis', meter);

  type Asking = Omit<Load, 'url' | 'connections'> & { readonly spreadBy: 'event' | 'nothing' };
  async function ask(asked: typeof gateways, { spreadBy, ...load }: Asking): Promise<number> {
    const answers = asked.map(({ origin, readers }, place) => {
      const requests =
        spreadBy === 'event'
          ? load.requests.filter((_, index) => index % asked.length === place)
          : load.requests;
      return readers.ask({ ...load, requests, url: origin, connections: CONNECTIONS_OF_EACH });
    });
    return (await Promise.all(answers)).reduce((sum, { durations }) => sum + durations.length, 0);
  }

  const kept = dashboardRequests(deployment);
  const works = [
    {
      // As deploy/nginx/gateways.conf has it: an event is asked of the same gateway each time.
      ...{ name: WORKS.kept, requests: kept, spreadBy: 'event' as const },
      ...{ mustHold: '"cacheStatus":"HIT"', mustNotHold: '' },
    },
    {
      ...{ name: WORKS.dashboards, requests: requestsFor(FULL_DASHBOARD, deployment, '/graphql') },
      spreadBy: 'nothing' as const,
      ...{ mustHold: '"data":{"dashboard":{', mustNotHold: '"errors"' },
    },
  ];
  const keep = (): Promise<void> => keepAll(deployment.origin, kept, 2 * (seconds + FIRST_WARM_UP_SECONDS));
  return works.map(({ name, ...load }) => ({
    name,
    async warmUp() {
      for (const gateway of gateways) {
        await keep();
        await ask([gateway], { ...load, seconds: FIRST_WARM_UP_SECONDS });
      }
    },
    async by(count) {
      const asked = gateways.slice(0, count);
      await keep();
      await ask(asked, { ...load, seconds: WARM_UP_SECONDS });
      const use = await meter.begin(asked.map(({ process }) => process));
      return use.end(await ask(asked, { ...load, seconds }));
    },
  }));
}
