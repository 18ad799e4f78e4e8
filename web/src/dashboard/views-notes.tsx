import { words } from '../language/language';
import { Warning } from '../parts/icons';
import type { Channel } from './channels';

/** Which channels' views were not measured just now, and what is shown in their place. */
export function ViewsNotes({ channels }: { channels: readonly Channel[] }) {
  const { channels: text } = words.value;
  const stale = channels.filter(({ viewsSource }) => viewsSource === 'STALE');
  const expected = channels.filter(({ viewsSource }) => viewsSource === 'EXPECTED');
  if (stale.length + expected.length === 0) return null;
  return (
    <ul class={`notice views-notes ${stale.length > 0 ? 'warning' : ''}`} aria-label={text.notes}>
      {stale.map((channel) => (
        <li key={channel.channel}>
          <Warning />
          <StaleNote channel={channel} />
        </li>
      ))}
      {expected.length > 0 && <li>{text.expected(expected.map(({ channel }) => channel).join(', '))}</li>}
    </ul>
  );
}

/** A platform that does not answer, and what is shown of it meanwhile. */
function StaleNote({ channel: { channel } }: { channel: Channel }) {
  return <span>{words.value.channels.stale(channel)}</span>;
}
