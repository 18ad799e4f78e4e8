import { formatWon } from '../format/numbers';
import { language, words } from '../language/language';
import type { Option } from './chart';
import { costTone, revenueTone } from './palette';
import { TIP, tip } from './tip';

/** One part of what the event costs or brings, in won. */
export interface Part {
  readonly name: string;
  readonly value: number;
}

/** Two bars, one above the other: what it costs and what it brings, each made of its parts. */
export function roiOption(costs: readonly Part[], revenues: readonly Part[]): Option {
  const { cards } = words.value;
  const won = (value: number): string => formatWon(value, language.value).shown;
  const exact = (value: number): string => formatWon(value, language.value).exact;
  const rows = [
    ...costs.map((part, index) => ({ ...part, data: [part.value, null], tone: costTone(index) })),
    ...revenues.map((part, index) => ({ ...part, data: [null, part.value], tone: revenueTone(index) })),
  ];
  return (palette) => ({
    grid: { left: 4, right: 20, top: 4, bottom: 4, containLabel: true },
    tooltip: {
      ...TIP,
      trigger: 'item',
      formatter: ({ seriesIndex }: { seriesIndex: number }) => {
        const row = rows[seriesIndex];
        return tip(row?.name ?? '', [['', exact(row?.value ?? 0)]]);
      },
    },
    xAxis: {
      type: 'value',
      splitNumber: 3,
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.muted, formatter: won, hideOverlap: true },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: [cards.cost, cards.revenue],
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: palette.ink },
    },
    series: rows.map(({ name, data, tone }) => ({
      type: 'bar',
      name,
      stack: 'all',
      barMaxWidth: 26,
      data,
      itemStyle: { color: palette.tone(tone), borderColor: palette.card, borderWidth: 1 },
    })),
  });
}
