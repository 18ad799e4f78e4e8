import { words } from '../language/language';
import { Message } from '../parts/message';
import { useTitle } from '../parts/use-title';
import { Dashboard } from './dashboard';
import { type FoundEvent, useEvent } from './use-event';

export function EventPage({ eventId }: { eventId: string }) {
  const found = useEvent(eventId);
  const { title } = words.value;
  useTitle(found.event?.title ?? title);
  if (isRefusal(found)) return <EventFailure {...found} />;
  if (found.event !== undefined) return <Dashboard event={found.event} />;
  return found.failure ? <EventFailure {...found} /> : <DashboardSkeleton />;
}

/** What was shown before must not be shown any more. */
const isRefusal = ({ failure }: FoundEvent): boolean =>
  failure?.kind === 'forbidden' || failure?.kind === 'not-found' || failure?.kind === 'bad-request';

function EventFailure({ failure, retry }: FoundEvent) {
  const { failure: text } = words.value;
  switch (failure?.kind) {
    case 'forbidden':
      return <Message title={text.forbidden} hint={text.forbiddenHint} />;
    case 'not-found':
    case 'bad-request':
      return <Message title={text.notFound} hint={text.notFoundHint} />;
    case 'unreachable':
      return <Message title={text.unreachable} hint={text.unreachableHint} retry={retry} />;
    case 'database-away':
      return <Message title={text.database} hint={text.databaseHint} retry={retry} />;
    case 'busy':
      return <Message title={text.busy} hint={text.busyHint} retry={retry} />;
    default:
      return <Message title={text.failed} hint={text.failedHint} retry={retry} />;
  }
}

/** The shape of what is to come, in its size, so that nothing jumps when it comes. */
function DashboardSkeleton() {
  return (
    <div class="dashboard" role="status">
      <span class="visually-hidden">{words.value.list.loading}</span>
      <div class="event-head">
        <div class="skeleton line" />
        <div class="skeleton line wide" />
      </div>
      <div class="cards">
        {[0, 1, 2, 3].map((card) => (
          <div key={card} class="card skeleton summary-card" />
        ))}
      </div>
      <div class="sections">
        <div class="card skeleton section area-trend" />
        <div class="card skeleton section area-channels" />
        <div class="card skeleton section area-roi" />
      </div>
    </div>
  );
}
