import type { Measurement, Target } from './results';

export interface Measurements {
  readonly oneEvent: Measurement;
  readonly manyEvents: Measurement;
  readonly bare: Measurement;
  readonly perSocketRead: Measurement;
  readonly perSocketPublished: Measurement;
}

const MOST_MS = 250;
const LEAST_OF_BARE = 0.9;
const LEAST_OF_PER_SOCKET = 20;

/** What was to be reached, beside what was. */
export function targetsOf(measured: Measurements): Target[] {
  const { oneEvent, manyEvents, bare, perSocketRead, perSocketPublished } = measured;
  return [
    latency('freshness p99, one event', oneEvent.freshnessMs.p99),
    latency('freshness p99, 100 events', manyEvents.freshnessMs.p99),
    latency('per registration p99, one event', oneEvent.perRegistrationMs.p99),
    latency('per registration p99, 100 events', manyEvents.perRegistrationMs.p99),
    ratio('delivered / bare ws, one event', oneEvent, bare, LEAST_OF_BARE),
    ratio('delivered / bare ws, 100 events', manyEvents, bare, LEAST_OF_BARE),
    ratio('delivered / per socket, values read', oneEvent, perSocketRead, LEAST_OF_PER_SOCKET),
    ratio('delivered / per socket, values published', oneEvent, perSocketPublished, LEAST_OF_PER_SOCKET),
    toldRatio('registrations told / per socket, values read', oneEvent, perSocketRead),
    toldRatio('registrations told / per socket, values published', oneEvent, perSocketPublished),
  ];
}

function latency(name: string, p99: number | null): Target {
  return {
    name,
    wanted: `≤ ${MOST_MS} ms`,
    measured: p99 === null ? 'nothing received' : `${p99} ms`,
    isReached: p99 !== null && p99 <= MOST_MS,
  };
}

function ratio(name: string, ours: Measurement, other: Measurement, least: number): Target {
  return times(name, ours.deliveredPerSecond / other.deliveredPerSecond, least);
}

function toldRatio(name: string, ours: Measurement, other: Measurement): Target {
  return times(name, (ours.toldPerSecond ?? 0) / (other.toldPerSecond ?? 0), LEAST_OF_PER_SOCKET);
}

function times(name: string, found: number, least: number): Target {
  return {
    name,
    wanted: `≥ ${least} ×`,
    measured: Number.isFinite(found) ? `${found.toFixed(2)} ×` : 'the other delivered nothing',
    isReached: found >= least,
  };
}
