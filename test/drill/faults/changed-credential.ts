import { WORKERS } from '../deployment/configuration';
import { newSecret } from '../deployment/secrets';
import type { DrillFault } from '../drill-fault';
import { readinessOf } from '../watch/readiness';

/** A platform has given us another token, as it had announced. */
export const changedCredential: DrillFault = {
  was: 'The platform took another token than before: FAILING with REFUSED in /readyz of the gateway, and TV_TOKEN of both workers.',
  set({ platform, keepSecret, configure, restart }) {
    platform.token = newSecret();
    keepSecret('tv-token', platform.token);
    return Promise.resolve(() => {
      configure(WORKERS, 'TV_TOKEN', platform.token);
      return restart(...WORKERS);
    });
  },
  async shows({ origin }) {
    const { platforms = [] } = await readinessOf(origin('gateway'));
    return platforms.some(({ status }) => status === 'FAILING');
  },
};
