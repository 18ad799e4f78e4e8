import { lockedRow } from '../../harness/locked-row';
import type { DrillFault } from '../drill-fault';
import { isRaised } from '../watch/alerts';

const CORRECTION = 'UPDATE event_counts SET participants = participants WHERE event_id = ANY ($1::uuid[])';

/** Somebody tried a correction in psql, and went home before committing it. */
export const forgottenTransaction: DrillFault = {
  was: 'A session of psql held rows in a transaction that it did not end: PartitionStalled, and pg_terminate_backend of that session.',
  async set({ database, shops, own }) {
    const url = new URL(database.adminUrl);
    url.searchParams.set('application_name', 'psql');
    const locked = await lockedRow(url.href, CORRECTION, [shops.events.map(({ eventId }) => eventId)]);
    let isReleased = false;
    const release = async (): Promise<void> => {
      if (isReleased) return;
      isReleased = true;
      // An operator may have ended the session.
      await locked.release().catch(() => undefined);
    };
    own({ close: release });
    return release;
  },
  shows: ({ prometheus }) => isRaised(prometheus, 'PartitionStalled', 'firing'),
};
