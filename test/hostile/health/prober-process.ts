import { z } from 'zod';
import { answerParent } from '../../../bench/live/answering';
import { type HealthWatch, watchHealth } from './health-watch';
import { type Neighbour, openNeighbour } from './neighbour';
import { slowness } from './ruler';

/** A process of its own, so that load of the attacker's process does not affect the measurements. */
const target = z.object({ origin: z.string(), pid: z.number() });
const reader = target.extend({ tokens: z.array(z.string()), eventIds: z.array(z.string()) });
let watching: HealthWatch | undefined;
let neighbour: Neighbour | undefined;

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
  'neighbour.read': (about) => {
    neighbour = openNeighbour(reader.parse(about));
  },
  'neighbour.report': async () => {
    const reading = await neighbour?.stop();
    neighbour = undefined;
    return reading;
  },
});
