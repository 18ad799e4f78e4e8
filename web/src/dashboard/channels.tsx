import { useMemo, useRef, useState } from 'preact/hooks';
import { ChannelsChangesDocument, ChannelsSectionDocument } from '../../generated/operations';
import { useLive } from '../api/use-live';
import { channelsOption } from '../charts/channels-option';
import { Chart, type ChartHandle } from '../charts/chart';
import { saveCsv, savePng } from '../export/save';
import { language, words } from '../language/language';
import { ExportButtons } from '../parts/export-buttons';
import { type SectionAt, Section } from './section';
import { type Channel, type Order, sorted } from './channel';
import { ChannelTable } from './channel-table';
import { ViewsNotes } from './views-notes';

const CHANNELS = { ask: ChannelsSectionDocument, watch: ChannelsChangesDocument };

/** What each channel brings and costs: bars, and the figures in a table that can be sorted. */
export function Channels({ eventId, title, moment }: SectionAt) {
  const { channels: text, empty, sections } = words.value;
  const live = useLive(CHANNELS, { eventId }, moment);
  const [order, setOrder] = useState<Order>();
  const chart = useRef<ChartHandle>(null);
  const found = live.value?.channelPerformance ?? [];
  const rows = useMemo(() => sorted(found, order), [live.value, order]);
  const option = useMemo(() => channelsOption(rows), [rows, language.value]);
  const name = `${title} ${sections.channels}`;

  return (
    <Section
      name="channels"
      live={live}
      tools={
        rows.length > 0 && (
          <ExportButtons
            what={sections.channels}
            onCsv={() => saveCsv(name, channelRows(rows))}
            onPng={() => savePng(name, chart.current)}
          />
        )
      }
    >
      {() =>
        rows.length === 0 ? (
          <p class="section-blank">{empty.channels}</p>
        ) : (
          <>
            <ViewsNotes channels={rows} />
            <Chart
              class="chart-channels"
              rows={rows.length}
              handle={chart}
              option={option}
              label={text.chart}
            />
            <ChannelTable channels={rows} order={order} onOrder={setOrder} />
          </>
        )
      }
    </Section>
  );
}

function channelRows(channels: readonly Channel[]): (string | number)[][] {
  const { channels: text } = words.value;
  return [
    [text.channel, text.views, text.participants, `${text.conversion} (%)`, `${text.cpa} (KRW)`, text.status],
    ...channels.map(({ channel, views, participants, conversionRate, costPerAcquisition, status }) => [
      channel,
      views,
      participants,
      conversionRate,
      costPerAcquisition,
      text.statuses[status],
    ]),
  ];
}
