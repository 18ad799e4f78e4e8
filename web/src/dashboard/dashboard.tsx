import { isDatabaseAway } from '../api/live';
import { useChangesByClock } from '../api/use-changes-by-clock';
import { useLive } from '../api/use-live';
import { daysUntilLast, daysUntilStart, formatSpan, formatTime } from '../format/times';
import { language, words } from '../language/language';
import { DatabaseNotice } from '../parts/database-notice';
import { Back, Printer } from '../parts/icons';
import { pathOfStore } from '../places/places';
import { Channels } from './channels';
import { Comparison } from './comparison';
import { Profile } from './profile';
import { Roi } from './roi';
import { SectionNav } from './section-nav';
import { Summary, SUMMARY } from './summary';
import { Trend } from './trend';
import type { EventDetails } from './use-event';
import { useCallback, useState } from 'preact/hooks';

/** The dashboard of one event. Its sections come, change and fail by themselves. */
export function Dashboard({ event }: { event: EventDetails }) {
  const { eventId, title } = event;
  const [moment, nextMoment] = useMoment();
  const summary = useLive(SUMMARY, { eventId }, moment);
  useChangesByClock(summary.value?.validUntil, moment, nextMoment);
  const at = { eventId, title, moment };
  return (
    <div class="dashboard">
      <EventHead event={event} lastUpdated={summary.value?.lastUpdated} />
      {isDatabaseAway.value && <DatabaseNotice lastUpdated={summary.value?.lastUpdated} />}
      <SectionNav />
      <Summary event={event} live={summary} moment={moment} />
      <div class="sections">
        <Trend {...at} />
        <Channels {...at} />
        <Roi {...at} />
        <Profile {...at} />
        <Comparison {...at} />
      </div>
    </div>
  );
}

/** In characters; what is longer is set smaller, so that the figures below it stay in view. It may have 200. */
const LONG_TITLE = 60;

function EventHead({ event, lastUpdated }: { event: EventDetails; lastUpdated: string | undefined }) {
  const { daysLeft, events, export: actions, startsIn, status, updated } = words.value;
  return (
    <div class="event-head">
      <a class="back" href={pathOfStore(event.storeId)} data-place>
        <Back />
        {events}
      </a>
      <div class="event-title">
        <h1 class={event.title.length > LONG_TITLE ? 'long' : ''}>{event.title}</h1>
        <span class={`pill ${event.status.toLowerCase()}`}>{status[event.status]}</span>
      </div>
      <p class="event-facts">
        <span>{formatSpan(event.startAt, event.endAt, language.value)}</span>
        {event.status === 'RUNNING' && <span>{daysLeft(daysUntilLast(event.endAt))}</span>}
        {event.status === 'SCHEDULED' && <span>{startsIn(daysUntilStart(event.startAt))}</span>}
        <span>{event.industry}</span>
        <span class="figure">
          {lastUpdated && updated(formatTime(lastUpdated, 'moment', language.value))}
        </span>
        <button type="button" class="plain with-icon print-button" onClick={() => print()}>
          <Printer />
          {actions.print}
        </button>
      </p>
    </div>
  );
}

/** A number that is made to grow whenever the figures may have changed and nothing tells of it. */
function useMoment(): [moment: number, next: () => void] {
  const [moment, setMoment] = useState(0);
  return [moment, useCallback(() => setMoment((number) => number + 1), [])];
}
