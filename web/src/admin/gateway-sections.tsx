import type { AdminGatewayQuery } from '../../generated/operations';
import type { Polled } from '../api/use-polled';
import { formatTime } from '../format/times';
import { language } from '../language/language';
import { number, percent } from '../parts/figures';
import { pathOfStore } from '../places/places';
import { AdminSection } from './admin-section';
import { type Row, Table } from './table';
import { adminWords } from './words';

type Gateway = AdminGatewayQuery['service']['gateway'];
type PolledGateway = Polled<AdminGatewayQuery>;

/** Names and their figures. */
function Facts({ facts }: { facts: readonly (readonly [name: string, figure: string])[] }) {
  return (
    <dl class="pairs admin-facts">
      {facts.map(([name, figure]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd class="figure">{figure}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Caches({ polled }: { polled: PolledGateway }) {
  const { caches } = adminWords.value;
  return (
    <AdminSection id="caches" title={caches.title} of="this gateway" live={polled}>
      {({ service }) => {
        const { hits, misses, stale, nearHits, nearEvents, isAway } = service.gateway.cache;
        const all = hits + misses + stale;
        return (
          <Facts
            facts={[
              [caches.ratio, all === 0 ? '–' : percent((hits / all) * 100)],
              [caches.hits, number(hits)],
              [caches.misses, number(misses)],
              [caches.stale, number(stale)],
              [caches.nearHits, number(nearHits)],
              [caches.nearEvents, number(nearEvents)],
              [caches.redis, isAway ? caches.away : caches.there],
            ]}
          />
        );
      }}
    </AdminSection>
  );
}

const MEGABYTE = 1_000_000;

export function Process({ polled }: { polled: PolledGateway }) {
  const { process } = adminWords.value;
  return (
    <AdminSection id="process" title={process.title} of="this gateway" live={polled}>
      {({ service: { gateway } }) => (
        <Facts
          facts={[
            [process.version, gateway.version],
            [process.startedAt, formatTime(gateway.startedAt, 'moment', language.value)],
            [process.memory, process.megabytes(number(gateway.memoryBytes / MEGABYTE))],
            [process.loop, lagOf(gateway)],
            [process.subscribers, number(gateway.subscribers)],
            [process.watchedEvents, number(gateway.watchedEvents)],
            [process.running, number(gateway.runningOperations)],
            [process.waiting, number(gateway.waitingOperations)],
            ...gateway.refusals
              .filter(({ count }) => count > 0)
              .map(({ code, count }) => [process.refused(code), number(count)] as const),
          ]}
        />
      )}
    </AdminSection>
  );
}

/** Unknown until /metrics has been read, which is what measures it. */
const lagOf = ({ eventLoopLagSeconds: seconds }: Gateway): string =>
  seconds === 0 ? '–' : adminWords.value.process.seconds(seconds.toFixed(2));

/** What this process's worker has done; nothing where it has none. */
export function OwnMessages({ polled }: { polled: PolledGateway }) {
  const { arriving } = adminWords.value;
  const messages = polled.value?.service.gateway.messages ?? [];
  if (messages.length === 0) return null;
  return (
    <AdminSection id="own-messages" title={arriving.own} of="this gateway" live={polled}>
      {({ service }) => (
        <Table
          label={arriving.own}
          head={arriving.topic}
          rows={service.gateway.messages.map((counts) => ({
            key: counts.topic,
            head: counts.topic,
            cells: (['applied', 'duplicate', 'skipped', 'rejected'] as const).map((outcome) => ({
              name: arriving.outcomes[outcome],
              content: number(counts[outcome]),
            })),
          }))}
        />
      )}
    </AdminSection>
  );
}

export function Readers({ polled }: { polled: PolledGateway }) {
  const { readers } = adminWords.value;
  return (
    <AdminSection id="readers" title={readers.title} of="this gateway" live={polled}>
      {({ service: { gateway } }) => {
        const { count, points, busiest } = gateway.readers;
        return (
          <>
            <p class="hint">
              {readers.lately}: {readers.all(number(count), number(points))}. {readers.note}
            </p>
            {busiest.length === 0 ? (
              <p class="hint">{readers.empty}</p>
            ) : (
              <Table
                label={readers.title}
                head={readers.reader}
                rows={busiest.map((reader) => readerRow(reader, points))}
              />
            )}
          </>
        );
      }}
    </AdminSection>
  );
}

function readerRow(reader: Gateway['readers']['busiest'][number], all: number): Row {
  const { readers } = adminWords.value;
  return {
    key: reader.reader,
    head: <code>{reader.reader}</code>,
    cells: [
      { name: readers.stores, content: <StoresOf reader={reader} />, isText: true },
      { name: readers.points, content: number(reader.points) },
      { name: readers.share, content: percent(all === 0 ? 0 : (reader.points / all) * 100) },
    ],
  };
}

function StoresOf({ reader }: { reader: Gateway['readers']['busiest'][number] }) {
  const { readers, none } = adminWords.value;
  const { isAdmin, storeIds, stores } = reader;
  if (isAdmin) return <>{readers.everyStore}</>;
  if (stores === 0) return <>{none}</>;
  return (
    <>
      {storeIds.map((storeId) => (
        <a key={storeId} class="admin-store" href={pathOfStore(storeId)} data-place>
          {storeId}
        </a>
      ))}
      {stores > storeIds.length && readers.more(number(stores - storeIds.length))}
    </>
  );
}
