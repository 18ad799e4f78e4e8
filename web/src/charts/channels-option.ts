import type { ChannelsFragment } from '../../generated/operations';
import { words } from '../language/language';
import { number, percent } from '../parts/figures';
import type { Option } from './chart';
import { TIP, tip } from './tip';

type Channels = ChannelsFragment['channelPerformance'];

/** A bar of participants for each channel, in the table's order, its conversion at the end. */
export function channelsOption(channels: readonly Channels[number][]): Option {
  const { channels: text } = words.value;
  return (palette) => ({
    grid: { left: 4, right: 56, top: 4, bottom: 4, containLabel: true },
    tooltip: {
      ...TIP,
      trigger: 'item',
      formatter: ({ dataIndex }: { dataIndex: number }) => {
        const channel = channels[dataIndex];
        return tip(channel?.channel ?? '', [
          [text.participants, number(channel?.participants ?? 0)],
          [text.views, number(channel?.views ?? 0)],
          [text.conversion, percent(channel?.conversionRate ?? 0)],
        ]);
      },
    },
    xAxis: {
      type: 'value',
      minInterval: 1,
      splitNumber: 4,
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.muted, formatter: number, hideOverlap: true },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: channels.map(({ channel }) => channel),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: palette.ink, width: 110, overflow: 'truncate' },
    },
    series: [
      {
        type: 'bar',
        barMaxWidth: 18,
        itemStyle: { color: palette.second, borderRadius: [0, 4, 4, 0] },
        data: channels.map(({ participants }) => participants),
        label: {
          show: true,
          position: 'right',
          color: palette.muted,
          formatter: ({ dataIndex }: { dataIndex: number }) =>
            percent(channels[dataIndex]?.conversionRate ?? 0),
        },
      },
    ],
  });
}
