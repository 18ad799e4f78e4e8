import { formatTime } from '../format/times';
import { language, words } from '../language/language';

/** Why nothing newer comes, and as of when what is shown is, where that is known. */
export function DatabaseNotice({ lastUpdated }: { readonly lastUpdated?: string | undefined }) {
  const { failure } = words.value;
  const time = lastUpdated && formatTime(lastUpdated, 'moment', language.value);
  return (
    <p class="notice warning database-notice" role="status">
      {time ? failure.databaseAsOf(time) : failure.databaseStale}
    </p>
  );
}
