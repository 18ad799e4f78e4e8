import type { AnalyticsError } from 'event-analytics-client';
import type { Words } from '../language/ko';
import { words } from '../language/language';

interface StaleNoticeProps {
  readonly failed: AnalyticsError | undefined;
  readonly retry: () => void;
}

/** What is shown could not be renewed: why, what to do, and a button that asks anew. Nothing while it could. */
export function StaleNotice({ failed, retry }: StaleNoticeProps) {
  const { failure } = words.value;
  // That the database is away concerns everything, and is said once (database-notice.tsx).
  if (failed === undefined || failed.kind === 'database-away') return null;
  return (
    <div class="notice stale-notice" role="status">
      <p>
        {failure.stale} {hintOf(failed, failure)}
      </p>
      <button type="button" class="button quiet" onClick={retry}>
        {failure.retry}
      </button>
    </div>
  );
}

function hintOf({ kind }: AnalyticsError, failure: Words['failure']): string {
  if (kind === 'unreachable') return failure.unreachableHint;
  return kind === 'busy' ? failure.busyHint : failure.staleHint;
}
