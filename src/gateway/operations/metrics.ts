import { Counter, Histogram, type Registry } from 'prom-client';
import type { OperationTally } from './measured';
import { REFUSALS } from './refusals';

const BUCKETS_IN_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * How long operations take, and how many limits refused.
 *
 * @param known the names that are told apart. Clients make up names, of which there is no end: all others are `other`
 */
export function registerOperationMetrics(registry: Registry, known: ReadonlySet<string>): OperationTally {
  const durations = new Histogram({
    name: 'analytics_operation_duration_seconds',
    help: 'How long GraphQL operations took, the wait for their turn included, by name: those of the listed operations, or other.',
    labelNames: ['operation'],
    buckets: BUCKETS_IN_SECONDS,
    registers: [registry],
  });
  const refused = new Counter({
    name: 'analytics_operations_refused_total',
    help: 'GraphQL operations that a limit refused or ended, by the code that their client was told.',
    labelNames: ['code'],
    registers: [registry],
  });
  // Of a counter that begins with 1 Prometheus does not see that it has grown.
  for (const code of REFUSALS) refused.inc({ code }, 0);
  return {
    executed: (name, seconds) =>
      durations.observe({ operation: name !== undefined && known.has(name) ? name : 'other' }, seconds),
    refused: (code) => refused.inc({ code }),
  };
}
