import { query } from '../acts/sessions';
import type { Scene } from '../scene';
import { sceneFault } from '../scene-fault';
import { WORKERS } from '../stage/stage';

/** What Kafka has committed for the group, and what the database has, are not the same. */

const TOPICS = [
  'event.created',
  'participant.registered',
  'distribution.completed',
  'channel.views-measured',
  'sales.recorded',
];

/** While the group is empty, as its offsets can be changed at no other time. */
async function withoutWorkers(scene: Scene, work: () => Promise<void>): Promise<void> {
  await scene.settle();
  await Promise.all(WORKERS.map((name) => scene.stage.process(name).terminate()));
  scene.begins();
  await work();
  for (const name of WORKERS) scene.stage.start(name);
  scene.ends();
}

function resetGroup(scene: Scene, earliest: boolean): Promise<void> {
  return scene.admin(async (admin) => {
    for (const topic of TOPICS)
      await admin.resetOffsets({ groupId: scene.stage.groupId, topic: scene.topic(topic), earliest });
  });
}

export const databaseNewUnderOldGroup = sceneFault({
  name: 'database-new-under-old-group',
  what: 'the database is new, Kafka knows the group as done with everything, and nothing new comes',
  isInShort: true,
  isQuietAfter: true,
  rightWithinMs: 45_000,
  // An event that the database does not know is not known.
  excuses: ['went back', 'refused'],
  strike: (scene) =>
    withoutWorkers(scene, async () => {
      await query(
        scene.stage.databaseUrl,
        `DO $$ DECLARE name text; BEGIN
           FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
           LOOP EXECUTE format('TRUNCATE %I', name); END LOOP;
         END $$`,
      );
    }),
});

export const groupAtEnd = sceneFault({
  name: 'group-at-end',
  what: 'the group is set to the end of the log past what was never read, and nothing new comes',
  isInShort: false,
  isQuietAfter: true,
  rightWithinMs: 45_000,
  strike: (scene) =>
    withoutWorkers(scene, async () => {
      await scene.traffic.crowd(150);
      await resetGroup(scene, false);
    }),
});

export const groupAtBeginning = sceneFault({
  name: 'group-at-beginning',
  what: 'the group is set to the beginning of the log',
  isInShort: false,
  isQuietAfter: true,
  rightWithinMs: 45_000,
  strike: (scene) =>
    withoutWorkers(scene, async () => {
      await scene.traffic.crowd(150);
      await resetGroup(scene, true);
    }),
});

export const groupDeleted = sceneFault({
  name: 'group-deleted',
  what: 'the group is deleted',
  isInShort: false,
  isQuietAfter: true,
  rightWithinMs: 45_000,
  strike: (scene) =>
    withoutWorkers(scene, async () => {
      await scene.traffic.crowd(150);
      await scene.admin((admin) => admin.deleteGroups([scene.stage.groupId]));
    }),
});
