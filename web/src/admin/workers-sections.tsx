import type { AdminWorkersQuery } from '../../generated/operations';
import type { Polled } from '../api/use-polled';
import { formatTime } from '../format/times';
import { language } from '../language/language';
import { number } from '../parts/figures';
import { AdminSection } from './admin-section';
import { arrivingPerMinute, isUnobserved, nameOf, type Partition, type Topic } from './arrivals';
import { type Row, Table } from './table';
import { adminWords } from './words';

type Workers = AdminWorkersQuery['service'];
export type PolledWorkers = Polled<AdminWorkersQuery>;

const time = (instant: string): string => formatTime(instant, 'moment', language.value);

/** What arrives, and how far behind the workers are. */
export function Arriving({ polled }: { polled: PolledWorkers }) {
  const { arriving } = adminWords.value;
  const { value, earlier } = polled;
  return (
    <AdminSection
      id="arriving"
      title={arriving.title}
      of="all workers"
      live={polled}
      readAt={value?.service.readAt}
    >
      {({ service }) => (
        <>
          {service.topics.length === 0 && <p class="hint">{arriving.noKafka}</p>}
          {service.topics.length > 0 && (
            <Table
              label={arriving.title}
              head={arriving.topic}
              rows={service.topics.map((topic) => topicRow(topic, service, earlier?.service))}
            />
          )}
          {service.deletedUnread.map((each) => (
            <p key={`${nameOf(each)} ${each.noticedAt}`} class="notice warning">
              {arriving.unread(nameOf(each), number(each.offsets))} ({time(each.noticedAt)})
            </p>
          ))}
        </>
      )}
    </AdminSection>
  );
}

function topicRow(of: Topic, service: Workers, earlier: Workers | undefined): Row {
  const { arriving } = adminWords.value;
  const { topic, partitions, lag } = of;
  const perMinute = arrivingPerMinute(of, service, earlier);
  const rate = perMinute === undefined ? arriving.measuring : number(perMinute);
  return {
    key: topic,
    head: topic,
    cells: [
      { name: arriving.perMinute, content: rate },
      { name: arriving.lag, content: number(lag) },
      { name: arriving.partitions, content: number(partitions) },
      { name: arriving.state, content: <Troubles of={of} service={service} />, isText: true },
    ],
  };
}

function Troubles({ of: { topic, troubled }, service }: { of: Topic; service: Workers }) {
  const { arriving } = adminWords.value;
  const listed = service.troubledPartitions.filter((each) => each.topic === topic);
  if (troubled === 0 && listed.length === 0) return <span class="pill success">{arriving.well}</span>;
  return (
    <ul class="troubles">
      {listed.map((each) => (
        <li key={each.partition}>
          <span class="pill failed">{troubleOf(each, service)}</span>{' '}
          {arriving.partition(String(each.partition))}
          {each.reason !== null && `: ${each.reason}`}
        </li>
      ))}
      {troubled > listed.length && <li>{arriving.moreTroubled(number(troubled - listed.length))}</li>}
    </ul>
  );
}

function troubleOf(partition: Partition, service: Workers): string {
  const { arriving } = adminWords.value;
  if (isUnobserved(partition, service) || partition.stalledSince === null)
    return arriving.unobserved(time(partition.observedAt));
  return arriving.stalled(time(partition.stalledSince));
}

export function Platforms({ polled }: { polled: PolledWorkers }) {
  const { platforms } = adminWords.value;
  return (
    <AdminSection
      id="platforms"
      title={platforms.title}
      of="all workers"
      live={polled}
      readAt={polled.value?.service.readAt}
    >
      {({ service }) =>
        service.platforms.length === 0 ? (
          <p class="hint">{platforms.empty}</p>
        ) : (
          <Table
            label={platforms.title}
            head={platforms.channel}
            rows={service.platforms.map((platform) => platformRow(platform, service.readAt))}
          />
        )
      }
    </AdminSection>
  );
}

function platformRow(platform: Workers['platforms'][number], readAt: string): Row {
  const { platforms, none } = adminWords.value;
  const { channel, status, since, reason, lastAnswerAt, nextDueAt } = platform;
  const isLate = nextDueAt !== null && Date.parse(nextDueAt) < Date.parse(readAt);
  return {
    key: channel,
    head: channel,
    cells: [
      {
        name: platforms.state,
        content: (
          <>
            <span class={`pill ${status === 'HEALTHY' ? 'success' : 'failed'}`}>
              {platforms.states[status]}
            </span>
            {reason !== null && ` ${reason}`}
          </>
        ),
        isText: true,
      },
      { name: platforms.since, content: time(since) },
      { name: platforms.lastAnswer, content: lastAnswerAt === null ? none : time(lastAnswerAt) },
      {
        name: platforms.due,
        content: nextDueAt === null ? none : `${time(nextDueAt)}${isLate ? ` (${platforms.late})` : ''}`,
      },
    ],
  };
}
