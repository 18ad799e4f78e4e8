import { isDatabaseAway } from '../api/live';
import { words } from '../language/language';
import { DatabaseNotice } from '../parts/database-notice';
import { Message } from '../parts/message';
import { StaleNotice } from '../parts/stale-notice';
import { useTitle } from '../parts/use-title';
import { session } from '../session/session';
import { EventRow } from './event-row';
import { RunningEvent } from './running-event';
import { ChooseStore } from './choose-store';
import { type Events, useEvents } from './use-events';

/** The events of the store in the address, else those of all the stores that the token names. */
export function EventsPage({ storeId }: { storeId?: string }) {
  const { list } = words.value;
  useTitle(list.title);
  const { storeIds = [] } = session.value ?? {};
  const shown = storeId === undefined ? storeIds : [storeId];
  if (shown.length === 0) return <ChooseStore />;
  return (
    <div class="events">
      <h1>{list.title}</h1>
      <EventList key={shown.join()} stores={shown} />
    </div>
  );
}

function EventList({ stores }: { stores: readonly string[] }) {
  const found = useEvents(stores);
  const { list } = words.value;
  // What was shown before must not be shown any more once it is refused.
  if (found.failure?.kind === 'forbidden') return <ListFailure {...found} />;
  if (found.events === undefined) {
    return found.failure ? <ListFailure {...found} /> : <ListSkeleton />;
  }
  if (found.events.length === 0) {
    return (
      <div class="card blank">
        <p class="blank-title">{list.empty}</p>
        <p class="hint">{list.emptyHint}</p>
      </div>
    );
  }
  const running = found.events.filter(({ status }) => status === 'RUNNING');
  const others = found.events.filter(({ status }) => status !== 'RUNNING');
  return (
    <>
      {isDatabaseAway.value && <DatabaseNotice />}
      <StaleNotice failed={found.failure} retry={found.retry} />
      {running.length > 0 && (
        <section aria-labelledby="running">
          <h2 id="running">{list.running}</h2>
          <ul class="running-events">
            {running.map((event) => (
              <li key={event.eventId}>
                <RunningEvent event={event} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {others.length > 0 && (
        <section aria-labelledby="others">
          <h2 id="others">{list.others}</h2>
          <ul class="card event-rows">
            {others.map((event) => (
              <li key={event.eventId}>
                <EventRow event={event} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {found.more && (
        <button type="button" class="button quiet" onClick={found.more}>
          {list.more}
        </button>
      )}
    </>
  );
}

function ListFailure({ failure, retry }: Events) {
  const { failure: text } = words.value;
  switch (failure?.kind) {
    case 'forbidden':
      return <Message title={text.forbiddenStore} hint={text.forbiddenHint} />;
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

function ListSkeleton() {
  return (
    <div role="status" class="list-skeleton">
      <span class="visually-hidden">{words.value.list.loading}</span>
      <div class="card skeleton tall" />
      <div class="card skeleton tall" />
    </div>
  );
}
