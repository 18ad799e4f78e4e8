import { words } from '../language/language';
import { Warning } from '../parts/icons';
import type { Channel } from './channels';

/** Which channels' views were not measured just now, and what is shown in their place. */
export function ViewsNotes({ channels }: { channels: readonly Channel[] }) {
  const { channels: text } = words.value;
  const noted = channels.filter(({ viewsSource }) => viewsSource !== 'MEASURED');
  if (noted.length === 0) return null;
  const isFailing = noted.some(({ viewsSource }) => viewsSource === 'STALE');
  return (
    <ul class={isFailing ? 'notice warning views-notes' : 'notice views-notes'} aria-label={text.notes}>
      {noted.map((channel) => (
        <li key={channel.channel}>
          {channel.viewsSource === 'STALE' && <Warning />}
          {noteOf(channel)}
        </li>
      ))}
    </ul>
  );
}

function noteOf({ channel, viewsSource }: Channel): string {
  const { channels: text } = words.value;
  return viewsSource === 'STALE' ? text.stale(channel) : text.expected(channel);
}
