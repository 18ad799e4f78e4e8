import { z } from 'zod';
import { answerParent } from '../../../bench/live/answering';
import { type HealthWatch, watchHealth } from './health-watch';
import { slowness } from './ruler';

/** A process of its own: whatever the attacker's is busy with does not lengthen what it measures. */
const target = z.object({ origin: z.string(), pid: z.number() });
let watching: HealthWatch | undefined;

answerParent({
  'health.slowness': () => slowness(),
  'health.watch': async (about) => {
    const { origin, pid } = target.parse(about);
    watching = watchHealth(origin, pid);
    await watching.started;
  },
  'health.report': () => {
    const health = watching?.stop();
    watching = undefined;
    return health;
  },
});
