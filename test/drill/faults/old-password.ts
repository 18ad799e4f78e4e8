import { COMMANDS, type ServiceName } from '../deployment/configuration';
import { newSecret } from '../deployment/secrets';
import type { DrillFault } from '../drill-fault';
import { isRaised } from '../watch/alerts';

const FORGOTTEN: ServiceName = 'worker-2';

/** The password of the database was changed, and one process was forgotten. */
export const oldPassword: DrillFault = {
  was: 'worker-2 had the former password of the database: ProcessAway, the last line of its log, and DATABASE_URL as the others have it.',
  async set({ database, keepSecret, configure, restart }) {
    const password = newSecret();
    await database.changePassword(password);
    keepSecret('postgres-analytics', password);
    configure(['gateway', 'worker-1', COMMANDS], 'DATABASE_URL', database.url(password));
    await restart('gateway', 'worker-1', FORGOTTEN);
    return () => {
      configure([FORGOTTEN], 'DATABASE_URL', database.url(password));
      return restart(FORGOTTEN);
    };
  },
  shows: ({ prometheus }) => isRaised(prometheus, 'ProcessAway', 'firing'),
};
