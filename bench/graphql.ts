import 'reflect-metadata';
import type { Lifecycle } from '../src/lifecycle';
import { tell } from '../test/harness/machine/progress';
import { runCommand } from './contest/command';
import { compete, type Contest } from './contest/contest';
import { installRivals } from './contest/installed';
import { leaveTheFirstCore } from './contest/machine';
import type { Options } from './contest/options';
import { openPostgresTime } from './contest/postgres-time';
import { openReaders } from './contest/readers';
import type { Work } from './contest/results';
import { openStage } from './contest/stage';
import { compareAnswers } from './graphql/compare';
import { openWorks } from './graphql/works';

const ABOUT = `npm run bench:graphql -- [options]

Measures GraphQL over HTTP beside what else one could write it with, on the same rows of the same PostgreSQL: Mercurius with
graphql-jit, GraphQL Yoga with graphql-jit, and PostGraphile 5 where it can give the same answer. 50 shops, four events each;
their owners ask with tokens of their own, which everybody verifies. What is measured has one core to itself, and everything
else the others. Answers are compared field by field before anything is measured.
`;

const SHOPS = 50;
const EVENTS_OF_SHOP = 4;
const PARTICIPANTS = 300;
const FEW_PARTICIPANTS = 40;

runCommand({ about: ABOUT, defaults: { seconds: 5, connections: 16 }, measure });

async function measure(lifecycle: Lifecycle, options: Options): Promise<readonly Work[]> {
  await installRivals();
  leaveTheFirstCore();
  const stage = await openStage(lifecycle, {
    shops: SHOPS,
    eventsOfShop: EVENTS_OF_SHOP,
    participantsOfEvent: options.isShort ? FEW_PARTICIPANTS : PARTICIPANTS,
  });
  const postgres = await openPostgresTime(stage.databaseUrl);
  lifecycle.own('a look at PostgreSQL', postgres);
  const contest: Contest = { readers: openReaders(lifecycle), postgres, options };
  const done: Work[] = [];
  for (const { name, contestants } of await openWorks(lifecycle, stage, options.only)) {
    tell(`${name}: comparing answers …`);
    await compareAnswers(contestants);
    done.push(await compete(name, contestants, contest));
  }
  return done;
}
