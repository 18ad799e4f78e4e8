import type { Admission } from '../auth/admission';
import type { BodyCache } from '../cache/cache';
import { createTolerantCache } from '../cache/tolerant';
import type { Config } from '../config';
import type { AnswerCaches } from '../gateway/answer-metrics';
import { createExecute, type ExecuteOptions } from '../gateway/execute';
import type { Notifications } from '../messaging/notifications/notifications';
import { tracedExecute } from '../gateway/operations/traced';
import type { Logger } from '../observability/log';
import type { Tracer } from '../observability/traces/tracer';
import type { TellAnswer } from '../rest/analytics';
import { createDashboardAssembler } from '../rest/assemble-dashboard';
import { createCompressedBodies } from '../rest/compressed-bodies';
import { createDashboardAnswers, type DashboardAnswers } from '../rest/dashboard-answers';
import { createDashboardBodies } from '../rest/dashboard-bodies';
import { createEndpoints } from '../rest/endpoints';
import type { Execute } from '../rest/execute';
import { createNearCache } from '../rest/near-cache';
import { createOwners } from '../rest/owners';
import { createSendRepresentation } from '../rest/respond';
import { createRest, type Rest } from '../rest/rest';
import type { Clock } from '../runtime/clock';

export interface RestDependencies extends ExecuteOptions {
  /** The paths under which the contract is served. */
  readonly bases: readonly string[];
  readonly admission: Admission;
  readonly cache: BodyCache;
  readonly notifications: Notifications;
  readonly tellAnswer: TellAnswer;
  /** Given the caches, to be told of. */
  readonly watchCaches: (caches: AnswerCaches) => void;
  readonly clock: Clock;
  readonly log: Logger;
  /** Undefined where nothing is traced. */
  readonly tracer?: Tracer | undefined;
}

/** The contract's resources, under each of the bases. */
export function openRest(config: Config, dependencies: RestDependencies): Rest {
  const { bases, admission, tellAnswer, clock, log, tracer } = dependencies;
  const created = createExecute(dependencies);
  const execute = tracer === undefined ? created : tracedExecute(created, tracer);
  const answers = openAnswers(config, dependencies, execute);
  const send = createSendRepresentation(createCompressedBodies());
  const endpoints = createEndpoints({ answers, execute, send, tellAnswer, clock });
  return createRest({ bases, endpoints, admission, clock, log });
}

/** The REST answers, all of whose data is read by executing the schema. */
function openAnswers(config: Config, dependencies: RestDependencies, execute: Execute): DashboardAnswers {
  const { notifications, watchCaches, clock, log } = dependencies;
  const cache = createTolerantCache(dependencies.cache, log);
  const assemble = createDashboardAssembler(execute);
  const bodies = createDashboardBodies({
    cache,
    clock,
    ttlMs: config.cacheTtlSeconds * 1_000,
    staleMs: config.staleIfErrorSeconds * 1_000,
    assemble,
    log,
  });
  const { copies } = cache;
  const nearCache = copies && createNearCache({ copies, notifications });
  watchCaches({ cache, nearCache });
  return createDashboardAnswers({ bodies, owners: createOwners(execute), nearCache, assemble, clock });
}
