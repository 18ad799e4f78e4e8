import { words } from '../language/language';
import { Bar, number, Percent, Won } from '../parts/figures';
import { type Channel, type Column, nextOrder, type Order } from './channel';

interface ChannelTableProps {
  readonly channels: readonly Channel[];
  readonly order: Order | undefined;
  readonly onOrder: (order: Order) => void;
}

export function ChannelTable({ channels, order, onOrder }: ChannelTableProps) {
  const { channels: text, sections } = words.value;
  const mostConversion = Math.max(1, ...channels.map(({ conversionRate }) => conversionRate));
  const heads: readonly (readonly [Column, string])[] = [
    ['channel', text.channel],
    ['views', text.views],
    ['participants', text.participants],
    ['conversionRate', text.conversion],
    ['costPerAcquisition', text.cpa],
  ];
  return (
    <div class="table-frame" role="region" aria-label={sections.channels} tabIndex={0}>
      <table class="table">
        <thead>
          <tr>
            {heads.map(([column, name]) => (
              <th key={column} scope="col" aria-sort={sortOf(order, column)}>
                <button type="button" onClick={() => onOrder(nextOrder(order, column))}>
                  {name}
                  <span class="sort-mark" aria-hidden="true">
                    {markOf(order, column)}
                  </span>
                </button>
              </th>
            ))}
            <th scope="col">{text.status}</th>
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => (
            <tr key={channel.channel}>
              <th scope="row">{channel.channel}</th>
              <td>
                <Views channel={channel} />
              </td>
              <td>{number(channel.participants)}</td>
              <td class="with-bar">
                <Bar percent={(channel.conversionRate / mostConversion) * 100} tone="second" />
                <Percent value={channel.conversionRate} />
              </td>
              <td>
                <Won value={channel.costPerAcquisition} />
              </td>
              <td>
                <span class={`pill ${channel.status.toLowerCase()}`}>{text.statuses[channel.status]}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** A figure that was not measured just now says so. */
function Views({ channel: { views, viewsSource } }: { channel: Channel }) {
  const { channels: text } = words.value;
  return (
    <>
      {viewsSource !== 'MEASURED' && (
        <span class="views-mark">{viewsSource === 'STALE' ? text.staleMark : text.expectedMark}</span>
      )}
      <span class="figure">{number(views)}</span>
    </>
  );
}

function sortOf(order: Order | undefined, column: Column): 'ascending' | 'descending' | undefined {
  if (order?.by !== column) return undefined;
  return order.descending ? 'descending' : 'ascending';
}

function markOf(order: Order | undefined, column: Column): string {
  if (order?.by !== column) return '↕';
  return order.descending ? '↓' : '↑';
}
