import type { TrendFragment } from '../../generated/operations';
import { formatTime } from '../format/times';
import { language, words } from '../language/language';
import { number } from '../parts/figures';
import type { Option } from './chart';
import { TIP, tip } from './tip';

type Trend = TrendFragment['participationTrend'];

/** A line of all participants so far over bars of the new ones, the busiest hour marked. */
export function trendOption({ timeUnit, dataPoints, peakTime }: Trend): Option {
  const { trend: text } = words.value;
  const kind = timeUnit === 'HOURLY' ? 'hour' : 'shortDay';
  const times = dataPoints.map(({ timestamp }) => formatTime(timestamp, kind, language.value));
  const totals = dataPoints.map(({ participantCount }) => participantCount);
  const fresh = totals.map((total, index) => total - (totals[index - 1] ?? 0));
  const peak = peakTime === null ? -1 : bucketOf(dataPoints, peakTime.timestamp);

  return (palette) => ({
    grid: { left: 8, right: 8, top: 34, bottom: 4, containLabel: true },
    tooltip: {
      ...TIP,
      trigger: 'axis',
      axisPointer: { type: 'line', lineStyle: { color: palette.muted, type: 'dashed' } },
      formatter: ([{ dataIndex: at }]: [{ dataIndex: number }]) =>
        tip(times[at] ?? '', [
          [text.cumulative, number(totals[at] ?? 0)],
          [text.fresh, number(fresh[at] ?? 0)],
        ]),
    },
    xAxis: {
      type: 'category',
      data: times,
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { color: palette.muted, hideOverlap: true },
    },
    yAxis: [
      {
        type: 'value',
        minInterval: 1,
        splitLine: { lineStyle: { color: palette.line } },
        axisLabel: { color: palette.muted, formatter: number },
      },
      // Tall bars would hide the line: theirs is the lower third.
      { type: 'value', show: false, max: Math.max(1, ...fresh) * 3 },
    ],
    series: [
      {
        type: 'bar',
        yAxisIndex: 1,
        data: fresh.map((value, index) => ({
          value,
          itemStyle: { color: index === peak ? palette.accent : palette.line },
        })),
        barMaxWidth: 26,
        itemStyle: { borderRadius: [3, 3, 0, 0] },
      },
      {
        type: 'line',
        data: totals,
        showSymbol: totals.length === 1,
        symbolSize: 7,
        lineStyle: { width: 3, color: palette.accent },
        itemStyle: { color: palette.accent },
        areaStyle: { color: palette.accent, opacity: 0.07 },
        markPoint: {
          symbol: 'circle',
          symbolSize: 11,
          itemStyle: { color: palette.card, borderColor: palette.accent, borderWidth: 3 },
          label: {
            position: 'top',
            distance: 8,
            color: palette.ink,
            backgroundColor: palette.card,
            borderRadius: 4,
            padding: [2, 5],
            fontWeight: 700,
          },
          data: peak < 0 ? [] : [{ coord: [peak, totals[peak]], value: text.peakMark, name: text.peakMark }],
        },
      },
    ],
  });
}

/** The bucket that an instant lies in: the last that begins no later. -1 when it is ahead of all that are shown. */
const bucketOf = (points: Trend['dataPoints'], instant: string): number =>
  points.findLastIndex(({ timestamp }) => Date.parse(timestamp) <= Date.parse(instant));
