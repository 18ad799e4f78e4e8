import { formatTime } from '../format/times';
import { language, words } from '../language/language';
import { Warning } from '../parts/icons';
import type { Channel } from './channel';

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

/** A platform that does not answer, since when, and of when the views are that are shown until it does. */
function StaleNote({ channel }: { channel: Channel }) {
  const { platformFailingSince, viewsMeasuredAt } = channel;
  // What is stale has both: it was measured once, and its platform fails.
  if (!platformFailingSince || !viewsMeasuredAt) return null;
  const at = (instant: string): string => formatTime(instant, 'moment', language.value);
  return (
    <span>{words.value.channels.stale(channel.channel, at(platformFailingSince), at(viewsMeasuredAt))}</span>
  );
}
