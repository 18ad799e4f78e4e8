import { words } from '../language/language';
import { Bar, number, Percent, Won } from '../parts/figures';
import { type Channel, type Column, nextOrder, type Order } from './channel';

interface ChannelTableProps {
  readonly channels: readonly Channel[];
  readonly order: Order | undefined;
  readonly onOrder: (order: Order) => void;
}

/**
 * One row for each channel. The roles are those that the elements have of themselves; where it is too narrow for columns
 * the style lays rows out as blocks, and a browser would take the roles away with the layout.
 */
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
      <table class="table" role="table">
        <thead role="rowgroup">
          <tr role="row">
            {heads.map(([column, name]) => (
              <th key={column} role="columnheader" scope="col" aria-sort={sortOf(order, column)}>
                <button type="button" onClick={() => onOrder(nextOrder(order, column))}>
                  {name}
                  <span class="sort-mark" aria-hidden="true">
                    {markOf(order, column)}
                  </span>
                </button>
              </th>
            ))}
            <th role="columnheader" scope="col">
              {text.status}
            </th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          {channels.map((channel) => (
            <tr key={channel.channel} role="row">
              <th role="rowheader" scope="row">
                {channel.channel}
              </th>
              <td role="cell" data-name={text.views}>
                <Views channel={channel} />
              </td>
              <td role="cell" data-name={text.participants}>
                {number(channel.participants)}
              </td>
              <td role="cell" data-name={text.conversion} class="with-bar">
                <Bar percent={(channel.conversionRate / mostConversion) * 100} tone="second" />
                <Percent value={channel.conversionRate} />
              </td>
              <td role="cell" data-name={text.cpa}>
                <Won value={channel.costPerAcquisition} />
              </td>
              <td role="cell" data-name={text.status}>
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
