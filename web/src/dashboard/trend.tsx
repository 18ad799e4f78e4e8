import { useMemo, useRef, useState } from 'preact/hooks';
import {
  type TimeUnit,
  TrendChangesDocument,
  type TrendFragment,
  TrendSectionDocument,
} from '../../generated/operations';
import { useLive } from '../api/use-live';
import { Chart, type ChartHandle } from '../charts/chart';
import { trendOption } from '../charts/trend-option';
import { saveCsv, savePng } from '../export/save';
import { formatTime } from '../format/times';
import { language, words } from '../language/language';
import { ExportButtons } from '../parts/export-buttons';
import { number } from '../parts/figures';
import { Segments } from '../parts/segments';
import { type SectionAt, Section } from './section';

const TREND = { ask: TrendSectionDocument, watch: TrendChangesDocument };

/** How participation grew, by the hour or by the day. */
export function Trend({ eventId, title, moment }: SectionAt) {
  const { trend: text, sections } = words.value;
  const [timeUnit, setTimeUnit] = useState<TimeUnit | null>(null);
  const live = useLive(TREND, { eventId, timeUnit }, moment);
  const chart = useRef<ChartHandle>(null);
  const shown = live.value?.participationTrend;
  const name = `${title} ${sections.trend}`;

  return (
    <Section
      name="trend"
      live={live}
      tools={
        <>
          <Segments
            label={text.unit}
            name="time-unit"
            choices={[
              ['HOURLY', text.HOURLY],
              ['DAILY', text.DAILY],
            ]}
            chosen={timeUnit ?? shown?.timeUnit}
            onChoose={setTimeUnit}
          />
          {shown && shown.dataPoints.length > 0 && (
            <ExportButtons
              what={sections.trend}
              onCsv={() => saveCsv(name, trendRows(shown))}
              onPng={() => savePng(name, chart.current)}
            />
          )}
        </>
      }
    >
      {({ participationTrend }) => <TrendChart trend={participationTrend} chart={chart} />}
    </Section>
  );
}

type TrendData = TrendFragment['participationTrend'];

function TrendChart({ trend, chart }: { trend: TrendData; chart: { current: ChartHandle | null } }) {
  const { empty, trend: text } = words.value;
  const option = useMemo(() => trendOption(trend), [trend, language.value]);
  const { dataPoints, peakTime } = trend;
  const [first] = dataPoints;
  const last = dataPoints.at(-1);
  if (first === undefined || last === undefined) return <p class="section-blank">{empty.trend}</p>;
  const day = (instant: string): string => formatTime(instant, 'shortDay', language.value);
  return (
    <>
      <Chart
        class="chart-trend"
        handle={chart}
        option={option}
        label={text.chart(day(first.timestamp), day(last.timestamp), number(last.participantCount))}
      />
      <p class="hint peak">
        {peakTime &&
          text.peak(
            formatTime(peakTime.timestamp, 'hour', language.value),
            number(peakTime.participantCount),
          )}
      </p>
    </>
  );
}

/** What the chart shows, with the instants as they are. */
function trendRows({ dataPoints }: TrendData): (string | number)[][] {
  const { trend: text } = words.value;
  return [
    [text.time, text.cumulative, text.fresh],
    ...dataPoints.map(({ timestamp, participantCount }, index) => [
      timestamp,
      participantCount,
      participantCount - (dataPoints[index - 1]?.participantCount ?? 0),
    ]),
  ];
}
