import { TOPICS } from '../../../src/workers/messages/topics';
import { query } from '../actions/sessions';
import type { Scenario } from '../scenario';
import { scenarioFault } from '../scenario-fault';
import { WORKERS } from '../deployment/deployment';

/** The offsets that Kafka has for the group differ from the database's. */

/** Stops the workers: Kafka changes the offsets of an empty group only. */
async function withoutWorkers(scenario: Scenario, work: () => Promise<void>): Promise<void> {
  await scenario.untilAllApplied();
  await Promise.all(WORKERS.map((name) => scenario.deployment.process(name).terminate()));
  scenario.markStart();
  await work();
  for (const name of WORKERS) scenario.deployment.start(name);
  scenario.markEnd();
}

function resetGroup(scenario: Scenario, earliest: boolean): Promise<void> {
  return scenario.admin(async (admin) => {
    for (const topic of TOPICS)
      await admin.resetOffsets({
        groupId: scenario.deployment.groupId,
        topic: scenario.topic(topic),
        earliest,
      });
  });
}

export const databaseNewUnderOldGroup = scenarioFault({
  name: 'database-new-under-old-group',
  what: 'the database is new, Kafka knows the group as done with everything, and nothing new comes',
  isInShort: true,
  isQuietAfter: true,
  rightWithinMs: 45_000,
  // The new database does not have the events yet.
  allowedViolations: ['went back', 'refused'],
  inject: (scenario) =>
    withoutWorkers(scenario, async () => {
      await query(
        scenario.deployment.databaseUrl,
        `DO $$ DECLARE name text; BEGIN
           FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'
           LOOP EXECUTE format('TRUNCATE %I', name); END LOOP;
         END $$`,
      );
    }),
});

export const groupAtEnd = scenarioFault({
  name: 'group-at-end',
  what: 'the group is set to the end of the log past what was never read, and nothing new comes',
  isInShort: false,
  isQuietAfter: true,
  rightWithinMs: 45_000,
  inject: (scenario) =>
    withoutWorkers(scenario, async () => {
      await scenario.traffic.sendRegistrations(150);
      await resetGroup(scenario, false);
    }),
});

export const groupAtBeginning = scenarioFault({
  name: 'group-at-beginning',
  what: 'the group is set to the beginning of the log',
  isInShort: false,
  isQuietAfter: true,
  rightWithinMs: 45_000,
  inject: (scenario) =>
    withoutWorkers(scenario, async () => {
      await scenario.traffic.sendRegistrations(150);
      await resetGroup(scenario, true);
    }),
});

export const groupDeleted = scenarioFault({
  name: 'group-deleted',
  what: 'the group is deleted',
  isInShort: false,
  isQuietAfter: true,
  rightWithinMs: 45_000,
  inject: (scenario) =>
    withoutWorkers(scenario, async () => {
      await scenario.traffic.sendRegistrations(150);
      await scenario.admin((admin) => admin.deleteGroups([scenario.deployment.groupId]));
    }),
});
