import 'reflect-metadata';
import type { Lifecycle } from '../src/lifecycle';
import { tell } from '../test/harness/machine/progress';
import { runCommand } from './contest/command';
import { type Comparable, compareAnswers } from './contest/compare';
import { compete } from './contest/contest';
import { dashboardRequests } from './contest/dashboards';
import type { Options } from './contest/options';
import type { Work } from './contest/results';
import { startRival } from './contest/rival';
import { openSetting } from './contest/setting';
import { toTable } from './contest/table';

const ABOUT = `npm run bench:miss -- [options]

Measures REST answers that have to be made (cacheStatus MISS), as a rule one after the other: of 2,000 events, kept for a second,
so that none is still kept when it is asked for again. Beside it the same figures by node:http and pg alone: nothing is kept,
and there is no Apollo, TypeGraphQL or Prisma; tokens are verified. What is measured has one core to itself, and everything else
the others. Answers are compared field by field before anything is measured.
`;

const TOWN = { shops: 500, eventsOfShop: 4, participantsOfEvent: 100 };
const ENV = { CACHE_TTL_SECONDS: '1' };

runCommand({ about: ABOUT, defaults: { seconds: 5, connections: 1 }, measure, toTable });

async function measure(lifecycle: Lifecycle, options: Options): Promise<readonly Work[]> {
  const { stage, contest } = await openSetting(lifecycle, { options, town: TOWN, env: ENV });
  const requests = dashboardRequests(stage);
  const rival = await startRival(lifecycle, stage, 'pg alone', 'rest/pg-alone.mjs');
  const contestant = (part: Pick<Comparable, 'name' | 'server' | 'wanted'>, url: string): Comparable => ({
    ...part,
    load: { url, requests, mustHold: '"cacheStatus":"MISS"', mustNotHold: '' },
    toAnswer: (body): unknown => JSON.parse(body),
  });
  const contestants = [
    contestant({ name: 'this service', server: stage.gateway, wanted: null }, stage.origin),
    contestant({ name: 'the same by pg alone', server: rival.server, wanted: 1 }, rival.url),
  ];
  tell('comparing answers …');
  await compareAnswers(contestants);
  const how = options.connections === 1 ? 'one after the other' : `${options.connections} at a time`;
  return [await compete(`REST MISS, ${how}`, contestants, contest)];
}
