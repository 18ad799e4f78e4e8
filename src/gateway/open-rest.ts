import type { Admission } from '../auth/admission';
import { createDashboardAssembler } from '../rest/assemble-dashboard';
import { createDashboardAnswers, type DashboardAnswers } from '../rest/dashboard-answers';
import { createDashboardBodies } from '../rest/dashboard-bodies';
import { createEndpoints } from '../rest/endpoints';
import { createNearCache } from '../rest/near-cache';
import { createOwners } from '../rest/owners';
import { createRest, type Rest } from '../rest/rest';
import { createExecute } from './execute';
import type { GatewayOptions } from './gateway-options';
import type { OpenOperations } from './operations/open';

/** The contract's resources, under each of these paths. */
export function openRest(
  options: GatewayOptions,
  bases: readonly string[],
  admission: Admission,
  opened: OpenOperations,
): Rest {
  const { clock, log } = options;
  const answers = openAnswers(options, opened);
  return createRest({
    bases,
    endpoints: createEndpoints({ answers, clock }),
    admission,
    clock,
    log,
  });
}

/** The REST answers, all of whose data is read by executing the schema. */
function openAnswers(options: GatewayOptions, opened: OpenOperations): DashboardAnswers {
  const { schema, contextFor, cache, clock, log, cacheTtlMs: ttlMs, staleIfErrorMs: staleMs } = options;
  const { notifications } = options;
  const { copies } = cache;
  const executing = { schema, contextFor, ...opened };
  const assemble = createDashboardAssembler(createExecute(executing));
  const owners = createOwners(createExecute(executing));
  const bodies = createDashboardBodies({ cache, clock, ttlMs, staleMs, assemble, log });
  const nearCache = copies && createNearCache({ copies, notifications });
  return createDashboardAnswers({ bodies, owners, nearCache, assemble, clock });
}
