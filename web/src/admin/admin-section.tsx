import type { ComponentChildren } from 'preact';
import type { Live } from '../api/use-live';
import { SectionBody } from '../dashboard/section';
import { DatabaseNotice } from '../parts/database-notice';
import { StaleNotice } from '../parts/stale-notice';
import { adminWords } from './words';

interface AdminSectionProps<Value> {
  readonly id: string;
  readonly title: string;
  /** Whose figures these are. */
  readonly of: 'all workers' | 'this gateway';
  readonly live: Live<Value>;
  /** When what is shown was read. */
  readonly readAt?: string | undefined;
  readonly children: (value: Value) => ComponentChildren;
}

/** A part of the admin's page in all its states; one that cannot be had takes none of the others with it. */
export function AdminSection<Value>({ id, title, of, live, readAt, children }: AdminSectionProps<Value>) {
  const { value: admin } = adminWords;
  const { value, failure, retry } = live;
  return (
    <section class="card admin-section" aria-labelledby={`${id}-title`}>
      <header class="admin-head">
        <h2 id={`${id}-title`}>{title}</h2>
        <span class="pill">{of === 'all workers' ? admin.allWorkers : admin.thisGateway}</span>
      </header>
      {value !== undefined && failure?.kind === 'database-away' && <DatabaseNotice lastUpdated={readAt} />}
      {value !== undefined && <StaleNotice failed={failure} retry={retry} />}
      <SectionBody live={live}>{children}</SectionBody>
    </section>
  );
}
