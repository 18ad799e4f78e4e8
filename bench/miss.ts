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
import { createEqualShops, merge } from './contest/shop-data';
import { planExtremes, unsettle } from './miss/extremes';
import { extremeWorks, oneAfterTheOther } from './miss/works';

const ABOUT = `npm run bench:miss -- [options]

Measures answers that have to be assembled, one after the other. First REST (cacheStatus MISS) of 2,000 events, kept for a second:
an event whose turn comes again while it may still be kept is waited for, which does not count. Beside it the same values by
node:http and pg alone: nothing is kept, and there is no Apollo, TypeGraphQL or Prisma. Then full dashboards beside a usual one's:
of events with a million participants, with registrations in each hour of a year, with 100,000 participants who all name another
region, with 1,000 channels, and with 5,000 earlier events of the shop, settled and not; beside the first the same by counting
the participants when it is asked for. Tokens are verified, and answers are compared field by field before anything is measured.
What is measured has one core to itself, and everything else the others.
`;

const SIZE = { shops: 500, eventsOfShop: 4 };
const PARTICIPANTS = 100;
const FEW_PARTICIPANTS = 40;
const ENV = { CACHE_TTL_SECONDS: '1' };
const ONE_BY_ONE = 'REST MISS, one after the other';

runCommand({ about: ABOUT, defaults: { seconds: 5, connections: 1 }, measure, toTable });

async function measure(lifecycle: Lifecycle, options: Options): Promise<readonly Work[]> {
  const now = Date.now();
  const participantsOfEvent = options.isShort ? FEW_PARTICIPANTS : PARTICIPANTS;
  const shopData = createEqualShops({ ...SIZE, participantsOfEvent }, now);
  const extremes = planExtremes(options.isShort, options.only, now);
  const plan = { options, shopData: merge(shopData, extremes.shopData), env: ENV };
  const { deployment, contest } = await openSetting(lifecycle, plan);
  await unsettle(deployment.databaseUrl, extremes.unsettled);
  const oneByOne = await oneAfterTheOther(lifecycle, deployment, shopData.shops);
  const works = [
    { name: ONE_BY_ONE, contestants: oneByOne, alike: oneByOne },
    ...(await extremeWorks(lifecycle, deployment, extremes)),
  ].filter(({ name }) => name.includes(options.only ?? ''));
  const done: Work[] = [];
  for (const { name, contestants, alike } of works) {
    tell(`${name}: comparing answers …`);
    await compareAnswers(alike);
    done.push(await compete(name, contestants, contest));
  }
  return done;
}
