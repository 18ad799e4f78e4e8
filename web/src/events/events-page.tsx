import type { ComponentChildren } from 'preact';
import { isDatabaseAway } from '../api/live';
import { words } from '../language/language';
import { DatabaseNotice } from '../parts/database-notice';
import { Message } from '../parts/message';
import { StaleNotice } from '../parts/stale-notice';
import { useTitle } from '../parts/use-title';
import { EventRow } from './event-row';
import { RunningEvent } from './running-event';
import { ChooseStore } from './choose-store';
import { type Events, useEvents } from './use-events';
import { useOwnStores } from './use-own-stores';

/** The events of the store in the address, else those of all the stores that the token names. */
export function EventsPage({ storeId }: { storeId?: string }) {
  useTitle(words.value.list.title);
  return storeId === undefined ? <OwnEvents /> : <EventsOf stores={[storeId]} />;
}

function OwnEvents() {
  const { storeIds, isAdmin, failure, retry } = useOwnStores();
  if (storeIds?.length === 0) return <ChooseStore isAdmin={isAdmin} />;
  return <EventsOf stores={storeIds} instead={failure && <ListFailure failure={failure} retry={retry} />} />;
}

interface EventsOfProps {
  /** Undefined until they are known. */
  readonly stores: readonly string[] | undefined;
  /** What is shown until then; left out: that they come. */
  readonly instead?: ComponentChildren;
}

function EventsOf({ stores, instead = <ListSkeleton /> }: EventsOfProps) {
  return (
    <div class="events">
      <h1>{words.value.list.title}</h1>
      {stores === undefined ? instead : <EventList key={stores.join()} stores={stores} />}
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

function ListFailure({ failure, retry }: Pick<Events, 'failure' | 'retry'>) {
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
