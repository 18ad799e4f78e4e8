import 'reflect-metadata';
import type { Lifecycle } from '../src/lifecycle';
import { tell } from '../test/harness/machine/progress';
import { runCommand } from './contest/command';
import { compareAnswers } from './contest/compare';
import { compete } from './contest/contest';
import type { Options } from './contest/options';
import type { Work } from './contest/results';
import { openSetting } from './contest/setting';
import { toTable } from './contest/table';
import { createEqualShops } from './contest/shop-data';
import { openWorks } from './graphql/works';

const ABOUT = `npm run bench:graphql -- [options]

Measures GraphQL over HTTP beside what else one could write it with, on the same rows of the same PostgreSQL: Mercurius with
graphql-jit, GraphQL Yoga with graphql-jit, and PostGraphile 5 where it can give the same answer. 50 shops, four events each;
their owners have their own tokens, which every contestant verifies. What is measured has one core to itself, and everything
else the others. Answers are compared field by field before anything is measured.
`;

const SIZE = { shops: 50, eventsOfShop: 4 };
const PARTICIPANTS = 300;
const FEW_PARTICIPANTS = 40;

runCommand({ about: ABOUT, defaults: { seconds: 5, connections: 16 }, measure, toTable });

async function measure(lifecycle: Lifecycle, options: Options): Promise<readonly Work[]> {
  const participantsOfEvent = options.isShort ? FEW_PARTICIPANTS : PARTICIPANTS;
  const shopData = createEqualShops({ ...SIZE, participantsOfEvent }, Date.now());
  const { deployment, contest } = await openSetting(lifecycle, { options, shopData });
  const done: Work[] = [];
  for (const { name, contestants } of await openWorks(lifecycle, deployment, options.only)) {
    tell(`${name}: comparing answers …`);
    await compareAnswers(contestants);
    done.push(await compete(name, contestants, contest));
  }
  return done;
}
