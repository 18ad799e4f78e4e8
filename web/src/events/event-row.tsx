import { daysUntilStart, formatSpan } from '../format/times';
import { language, words } from '../language/language';
import { number, percent } from '../parts/figures';
import { pathOfEvent } from '../places/places';
import type { ListedEvent } from './store-events';

/** An event that is over or still to come, in one line. */
export function EventRow({ event }: { event: ListedEvent }) {
  const { cards, people, startsIn, status } = words.value;
  const count = event.figures?.count;
  return (
    <div class="event-row">
      <span class={`pill ${event.status.toLowerCase()}`}>{status[event.status]}</span>
      <div class="event-row-name">
        <h3>
          <a class="covering" href={pathOfEvent(event.eventId)} data-place>
            {event.title}
          </a>
        </h3>
        <p class="hint">{formatSpan(event.startAt, event.endAt, language.value)}</p>
      </div>
      <p class="event-row-figure">
        {event.status === 'SCHEDULED' ? (
          startsIn(daysUntilStart(event.startAt))
        ) : (
          <>
            <span class="visually-hidden">{cards.participants} </span>
            <span class="figure">{count === undefined ? '–' : people(number(count))}</span>
          </>
        )}
      </p>
      <p class="event-row-figure roi">
        {event.figures && event.status === 'ENDED' && (
          <>
            <span class="hint">{cards.roi} </span>
            <span class="figure">{percent(event.figures.roi)}</span>
          </>
        )}
      </p>
    </div>
  );
}
