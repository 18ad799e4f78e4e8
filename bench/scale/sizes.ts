import { aligned } from '../live/table';
import type { Row } from './results';

/** What the service needs for so many times a town, by calculation from what was measured of one process. */
export interface Size {
  readonly stores: number;
  /** In the evening, ten times the average. */
  readonly registrationsPerSecond: number;
  readonly dashboards: number;
  readonly workers: number;
  readonly partitions: number;
  readonly gateways: number;
  readonly databaseCores: number;
  readonly shards: number;
  readonly redisMasters: number;
  /** Of workers and gateways together. */
  readonly memoryGiB: number;
  readonly databaseGiBPerDay: number;
  /** Three copies. */
  readonly logGiBPerDay: number;
}

/** What was measured of one process. */
export interface Measured {
  readonly registration: Pick<
    Row,
    'cpuMicros' | 'postgresMicros' | 'redisMicros' | 'databaseBytes' | 'rssBytes'
  >;
  /** A dashboard that is assembled. */
  readonly dashboard: Pick<Row, 'cpuMicros' | 'postgresMicros' | 'rssBytes'>;
}

const TOWN = { stores: 1_000, registrationsPerDay: 100_000, dashboards: 1_000 };
const EVENING = 10;
const DAY_SECONDS = 86_400;
/** bench:live, one event: (445 - 150) MiB for 10,000 subscribers, and 0.52 of a core for 39,027 values a second. */
const SUBSCRIBER_BYTES = 31_000;
const SENT_MICROS = 13;
/** A registration as the simulator sends it, with its key and Kafka's own bytes. */
const LOG_BYTES = 450;
const LOG_COPIES = 3;
/** How much of a core is planned for: the rest is for the evening on which a process is lost. */
const PLANNED_OF_CORE = 0.5;
const CORES_OF_SHARD = 8;
/** A process that is lost takes no more readers with it, and a burst of those who come again is borne by the others. */
const MOST_SUBSCRIBERS = 20_000;
/** One may be lost. */
const FEWEST = 2;
const FEWEST_PARTITIONS = 12;
const PARTITIONS_OF_WORKER = 4;
const MICROS = 1_000_000;
const GIBIBYTE = 1024 ** 3;

export const TIMES = [1, 10, 100, 1_000] as const;

/** Every store has an event that runs, and every open dashboard shows another one. */
export function sizeFor(times: number, { registration, dashboard }: Measured): Size {
  const registrationsPerDay = TOWN.registrationsPerDay * times;
  const perSecond = (registrationsPerDay / DAY_SECONDS) * EVENING;
  const dashboards = TOWN.dashboards * times;
  // Each of them changes what one dashboard shows, which is assembled and sent.
  const shown = perSecond * Math.min(1, dashboards / (TOWN.stores * times));
  const cores = (perSecondOne: number, micros: number): number => (perSecondOne * micros) / MICROS;
  const several = (need: number): number => Math.max(FEWEST, Math.ceil(need / PLANNED_OF_CORE));
  const workers = several(cores(perSecond, registration.cpuMicros));
  const gateways = Math.max(
    several(cores(shown, dashboard.cpuMicros + SENT_MICROS)),
    Math.ceil(dashboards / MOST_SUBSCRIBERS),
  );
  const databaseCores =
    cores(perSecond, registration.postgresMicros) + cores(shown, dashboard.postgresMicros);
  return {
    ...{ stores: TOWN.stores * times, registrationsPerSecond: perSecond, dashboards, workers, gateways },
    partitions: Math.max(FEWEST_PARTITIONS, workers * PARTITIONS_OF_WORKER),
    databaseCores,
    shards: Math.ceil(databaseCores / (CORES_OF_SHARD * PLANNED_OF_CORE)),
    redisMasters: Math.ceil(cores(perSecond, registration.redisMicros) / PLANNED_OF_CORE),
    memoryGiB:
      (workers * registration.rssBytes + gateways * dashboard.rssBytes + dashboards * SUBSCRIBER_BYTES) /
      GIBIBYTE,
    databaseGiBPerDay: (registrationsPerDay * registration.databaseBytes) / GIBIBYTE,
    logGiBPerDay: (registrationsPerDay * LOG_BYTES * LOG_COPIES) / GIBIBYTE,
  };
}

const COLUMNS: readonly (readonly [string, (size: Size) => number])[] = [
  ['stores', ({ stores }) => stores],
  ['registrations a second', ({ registrationsPerSecond }) => registrationsPerSecond],
  ['open dashboards', ({ dashboards }) => dashboards],
  ['workers', ({ workers }) => workers],
  ['partitions of a topic', ({ partitions }) => partitions],
  ['gateways', ({ gateways }) => gateways],
  ['cores of PostgreSQL', ({ databaseCores }) => databaseCores],
  [`shards of ${CORES_OF_SHARD} cores`, ({ shards }) => shards],
  ['masters of Redis', ({ redisMasters }) => redisMasters],
  ['memory GiB', ({ memoryGiB }) => memoryGiB],
  ['database GiB a day', ({ databaseGiBPerDay }) => databaseGiBPerDay],
  ['log GiB a day', ({ logGiBPerDay }) => logGiBPerDay],
];

export function toSizesTable(measured: Measured): string {
  const rows = TIMES.map((times) => {
    const size = sizeFor(times, measured);
    return [`${times.toLocaleString('en-US')} ×`, ...COLUMNS.map(([, of]) => shown(of(size)))];
  });
  return aligned([['a town', ...COLUMNS.map(([title]) => title)], ...rows]).join('\n');
}

function shown(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
}
