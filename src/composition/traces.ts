import type { Config } from '../config';
import type * as OpenTracerModule from '../observability/traces/open-tracer';
import type { Tracer } from '../observability/traces/tracer';
import { within } from '../runtime/timeout';
import type { Runtime } from './runtime';

/** The part of the time for stopping that may go by until what is left has been sent. */
const PART_OF_STOPPING = 0.2;
/** Given up so long before the part would count as one that hangs. */
const MARGIN_MS = 100;

/** @returns undefined where nothing is traced: nothing of OpenTelemetry is loaded then */
export function openTraces(
  { traces, shutdownTimeoutMs }: Config,
  { lifecycle, log }: Runtime,
): Tracer | undefined {
  if (traces === undefined) return undefined;
  const tracer = loadTracer().openTracer({ ...traces, log });
  // A receiver that is away is none of the failures of stopping: it was told when it began.
  const lastOnes = (): Promise<void> =>
    tracer.close().catch((error: unknown) => log.debug({ err: error }, 'the last spans could not be sent'));
  const waitMs = (limitMs: number): number =>
    Math.min(shutdownTimeoutMs * PART_OF_STOPPING, limitMs - MARGIN_MS);
  lifecycle.own('traces', (limitMs: number) =>
    within(waitMs(limitMs), lastOnes(), () => log.debug('the last spans could not be sent in time')),
  );
  return tracer;
}

const loadTracer = (): typeof OpenTracerModule =>
  require('../observability/traces/open-tracer') as typeof OpenTracerModule;
