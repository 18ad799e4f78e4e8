import type { ComponentChildren } from 'preact';
import {
  SummaryChangesDocument,
  type SummaryFragment,
  SummarySectionDocument,
} from '../../generated/operations';
import { useCount } from '../api/use-count';
import type { Live } from '../api/use-live';
import { language, words } from '../language/language';
import { CountUp } from '../parts/count-up';
import { Bar, Change, number, Percent, percent, Won } from '../parts/figures';
import { StaleNotice } from '../parts/stale-notice';
import { SectionBody, useArrival } from './section';
import type { EventDetails } from './use-event';

export const SUMMARY = { ask: SummarySectionDocument, watch: SummaryChangesDocument };

interface SummaryProps {
  readonly event: EventDetails;
  readonly live: Live<SummaryFragment>;
  readonly moment: number;
}

/** The four cards at the top. The number of participants climbs as it happens; the others follow within a second. */
export function Summary({ event, live, moment }: SummaryProps) {
  const heading = useArrival('summary');
  return (
    <section id="summary" class="summary" aria-labelledby="summary-title">
      <h2 id="summary-title" class="visually-hidden" ref={heading} tabIndex={-1}>
        {words.value.sections.summary}
      </h2>
      {live.value !== undefined && <StaleNotice failed={live.failure} retry={live.retry} />}
      {live.value === undefined && live.failure === undefined ? (
        <div class="cards">
          {[0, 1, 2, 3].map((card) => (
            <div key={card} class="card skeleton summary-card" />
          ))}
        </div>
      ) : (
        <SectionBody live={live}>
          {({ summaryCards }) => (
            <div class="cards">
              <Participants card={summaryCards.totalParticipants} event={event} moment={moment} />
              <Views card={summaryCards.totalViews} />
              <Return card={summaryCards.roi} />
              <Growth card={summaryCards.salesGrowth} />
            </div>
          )}
        </SectionBody>
      )}
    </section>
  );
}

type Cards = SummaryFragment['summaryCards'];

interface CardProps {
  readonly name: string;
  readonly value: ComponentChildren;
  readonly beside?: ComponentChildren;
  readonly children: ComponentChildren;
}

function Card({ name, value, beside, children }: CardProps) {
  return (
    <article class="card summary-card">
      <h3>{name}</h3>
      <p class="summary-value">
        <span class="big">{value}</span>
        {beside}
      </p>
      <div class="summary-more">{children}</div>
    </article>
  );
}

function Participants({
  card,
  event,
  moment,
}: {
  card: Cards['totalParticipants'];
  event: EventDetails;
  moment: number;
}) {
  const { cards, goal, goalReached, today } = words.value;
  const { count, dailyChange, achievementRate } = useCount(event.eventId, moment) ?? card;
  return (
    <Card
      name={cards.participants}
      value={
        <span data-testid="participants">
          <CountUp value={count} />
          {language.value === 'ko' && <span class="unit">명</span>}
        </span>
      }
      beside={<span class="today">{today(number(dailyChange))}</span>}
    >
      <div class="progress">
        <Bar percent={achievementRate} />
        <p>
          <span class="figure">{goalReached(percent(achievementRate))}</span>
          <span class="hint">{goal(number(card.targetGoal))}</span>
        </p>
      </div>
    </Card>
  );
}

function Views({ card }: { card: Cards['totalViews'] }) {
  const { cards } = words.value;
  const most = Math.max(1, card.count);
  return (
    <Card
      name={cards.views}
      value={
        <>
          <span class="figure">{number(card.count)}</span>
          {language.value === 'ko' && <span class="unit">회</span>}
        </>
      }
      beside={
        <span class="hint">
          {cards.sinceYesterday} <Change value={card.yesterdayChange} unit="percent" />
        </span>
      }
    >
      <ul class="views-by-channel">
        {card.channelBreakdown.slice(0, 4).map(({ channel, views }) => (
          <li key={channel}>
            <span class="clip">{channel}</span>
            <Bar percent={(views / most) * 100} tone="second" />
            <span class="figure">{number(views)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Return({ card }: { card: Cards['roi'] }) {
  const { cards } = words.value;
  const isAchieved = card.breakEvenStatus === 'ACHIEVED';
  return (
    <Card
      name={cards.roi}
      value={<Percent value={card.value} />}
      beside={
        <span class={`pill ${isAchieved ? 'achieved' : 'pending'}`}>
          {isAchieved ? cards.achieved : cards.notAchieved}
        </span>
      }
    >
      <dl class="pairs">
        <div>
          <dt>{cards.industry}</dt>
          <dd>
            <Percent value={card.industryAverage} />
          </dd>
        </div>
        <div>
          <dt>{cards.cost}</dt>
          <dd>
            <Won value={card.totalCost} />
          </dd>
        </div>
        <div>
          <dt>{cards.revenue}</dt>
          <dd>
            <Won value={card.totalRevenue} />
          </dd>
        </div>
      </dl>
    </Card>
  );
}

function Growth({ card }: { card: Cards['salesGrowth'] }) {
  const { cards } = words.value;
  const { beforeEventSales: before, afterEventSales: after } = card;
  // Told in Korean words, of which the number of days is the only part that changes.
  const [days] = /\d+/.exec(card.periodComparison ?? '') ?? [];
  return (
    <Card
      name={cards.growth}
      value={before === null ? <span class="figure">–</span> : <Percent value={card.rate} />}
      beside={days !== undefined && <span class="hint">{cards.span(days)}</span>}
    >
      {before === null || after === null ? (
        <p class="hint">{cards.noSales}</p>
      ) : (
        <dl class="pairs">
          <div>
            <dt>{cards.before}</dt>
            <dd>
              <Won value={before} />
            </dd>
          </div>
          <div>
            <dt>{cards.after}</dt>
            <dd>
              <Won value={after} />
            </dd>
          </div>
        </dl>
      )}
    </Card>
  );
}
