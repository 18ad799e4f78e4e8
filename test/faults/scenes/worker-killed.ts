import { sceneFault } from '../scene-fault';
import { WORKERS } from '../stage/stage';

/** Between two deaths, so that the dead are missed in all states of the group. */
const BETWEEN_MS = { least: 300, most: 4_000 };

export const workerKilled = sceneFault({
  name: 'worker-killed',
  what: 'a worker is killed 10 times, at random moments under load',
  isInShort: false,
  perSecond: 400,
  goesOn: { from: 'its beginning', withinMs: 10_000 },
  async strike(scene) {
    const { stage, random } = scene;
    scene.begins();
    for (let death = 0; death < (scene.isShort ? 3 : 10); death++) {
      const name = WORKERS[random.between(0, 1)]!;
      await stage.process(name).kill();
      stage.start(name);
      await scene.pause(random.between(BETWEEN_MS.least, BETWEEN_MS.most));
    }
  },
});
