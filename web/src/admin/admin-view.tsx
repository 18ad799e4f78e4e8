import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { words } from '../language/language';
import { Message } from '../parts/message';

/** The admin's page, whose script is loaded when it is asked for: those who look at events have no use for it. */
export function AdminView() {
  const [Page, setPage] = useState<FunctionComponent>();
  const [hasFailed, setFailed] = useState(false);
  useEffect(() => {
    import('./admin-page').then(
      ({ AdminPage }) => setPage(() => AdminPage),
      () => setFailed(true),
    );
  }, []);
  const { failure } = words.value;
  if (hasFailed)
    return <Message title={failure.failed} hint={failure.failedHint} retry={() => location.reload()} />;
  return Page === undefined ? <div class="card skeleton tall" /> : <Page />;
}
