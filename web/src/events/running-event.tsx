import { useCount } from '../api/use-count';
import { daysUntilLast, formatSpan } from '../format/times';
import { language, words } from '../language/language';
import { CountUp } from '../parts/count-up';
import { Bar, number, percent } from '../parts/figures';
import { pathOfEvent } from '../places/places';
import type { ListedEvent } from './store-events';

/** An event that is under way, its participants counted live. */
export function RunningEvent({ event }: { event: ListedEvent }) {
  const { cards, daysLeft, goal, goalReached, people, status, today } = words.value;
  const live = useCount(event.eventId);
  const count = live?.count ?? event.figures?.count;
  const rate = live?.achievementRate ?? event.figures?.achievementRate ?? 0;
  return (
    <article class="card running-event">
      <header>
        <span class="pill running">{status.RUNNING}</span>
        <span class="hint">{daysLeft(daysUntilLast(event.endAt))}</span>
      </header>
      <h3>
        <a class="covering" href={pathOfEvent(event.eventId)} data-place>
          {event.title}
        </a>
      </h3>
      <p class="hint">{formatSpan(event.startAt, event.endAt, language.value)}</p>
      <p class="running-count">
        <span class="big" data-testid="live-count">
          {count === undefined ? <span class="pending">0</span> : <CountUp value={count} />}
        </span>
        <span class="unit">{cards.participants}</span>
        {live && <span class="today">{today(number(live.dailyChange))}</span>}
      </p>
      {event.targetGoal > 0 && (
        <div class="progress">
          <Bar percent={rate} />
          <p>
            <span>{goalReached(percent(rate))}</span>
            <span class="hint">{goal(number(event.targetGoal))}</span>
          </p>
        </div>
      )}
      <span class="visually-hidden">{count !== undefined && people(number(count))}</span>
    </article>
  );
}
