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
import { createEqualShops } from './contest/shop-data';
import { compressed, expectCompressed } from './hit/compressed';
import { keepAll, keepForRivals } from './hit/kept';
import { openTraceSink, tracedPart } from './traces/sink';

const ABOUT = `npm run bench:hit -- [options]

Measures REST answers that are kept (cacheStatus HIT) of 200 events, asked for with 50 tokens, beside what one could send them
with: node:http that takes them out of Redis and asks for no token, which is what can be reached at best by way of Redis;
and Express with jsonwebtoken, its secret as a key object, and as a string. What is measured has one core to itself, and
everything else the others. All send the same bytes. Then the same answers compressed, beside themselves as they are, and
traced (--only traced), beside themselves without.
`;

const SIZE = { shops: 50, eventsOfShop: 4 };
const PARTICIPANTS = 300;
const FEW_PARTICIPANTS = 40;
/** Kept as long as nothing changes: at the full hour something does. */
const ENV = { CACHE_TTL_SECONDS: '86400', INDUSTRY_REFRESH_SECONDS: '86400' };
const RIVALS = [
  { name: 'node:http + Redis, no token', file: 'rest/bare.mjs', wanted: 1 },
  { name: 'Express + jsonwebtoken (key object) + Redis', file: 'rest/express-key.mjs', wanted: 5 },
  { name: 'Express + jsonwebtoken (string) + Redis', file: 'rest/express-secret.mjs', wanted: null },
];
const TRACED = [
  ['this service, each request traced', 1],
  ['this service, 1 % traced', 0.01],
] as const;
/** Of a round, whatever it is asked to last. */
const WARM_UP_AND_SPARE_SECONDS = 25;

runCommand({ about: ABOUT, defaults: { seconds: 5, connections: 32 }, measure, toTable });

async function measure(lifecycle: Lifecycle, options: Options): Promise<readonly Work[]> {
  const participantsOfEvent = options.isShort ? FEW_PARTICIPANTS : PARTICIPANTS;
  const shopData = createEqualShops({ ...SIZE, participantsOfEvent }, Date.now());
  const { deployment, contest } = await openSetting(lifecycle, { options, shopData, env: ENV });
  const requests = dashboardRequests(deployment);
  const prepare = (): Promise<void> =>
    keepAll(deployment.origin, requests, options.seconds + WARM_UP_AND_SPARE_SECONDS);
  const contestant = (part: Pick<Comparable, 'name' | 'server' | 'wanted'>, url: string): Comparable => ({
    ...part,
    load: { url, requests, mustHold: '"cacheStatus":"HIT"', mustNotHold: '' },
    toAnswer: (body) => body,
  });
  const ours = contestant(
    { name: 'this service', server: deployment.gateway, wanted: null },
    deployment.origin,
  );
  async function besideRivals(): Promise<readonly Comparable[]> {
    const rivals: Comparable[] = [];
    for (const { name, file, wanted } of RIVALS) {
      const { server, url } = await startRival(lifecycle, deployment, name, file);
      rivals.push(contestant({ name, server, wanted }, url));
    }
    await prepare();
    await keepForRivals(deployment, requests);
    return [{ ...ours, prepare }, ...rivals];
  }

  async function besideItself(): Promise<readonly Comparable[]> {
    const asked = compressed(requests);
    const prepareCompressed = async (): Promise<void> => {
      await prepare();
      await expectCompressed(deployment.origin, asked);
    };
    await prepareCompressed();
    const byBrotli: Comparable = {
      ...ours,
      name: 'this service, by brotli',
      // What the readers receive is no text to be looked into: that it is kept is seen ahead of every round.
      load: { url: deployment.origin, requests: asked, mustHold: '', mustNotHold: '' },
      prepare: prepareCompressed,
    };
    return [byBrotli, { ...ours, name: 'this service, not compressed', prepare, wanted: 1 }];
  }

  /** Each on the same core by turns: tracing costs what the first takes more than the last. */
  async function besideTraces(): Promise<readonly Comparable[]> {
    const sink = await openTraceSink(lifecycle);
    const traced: Comparable[] = [];
    for (const [name, part] of TRACED) {
      const { process, origin } = await deployment.anotherGateway({ ...sink, ...tracedPart(part) });
      traced.push({ ...contestant({ name, server: process, wanted: null }, origin), prepare });
    }
    await prepare();
    return [...traced, { ...ours, name: 'this service, no traces', prepare }];
  }

  const works = [
    { name: 'REST HIT, 200 events, 50 tokens', open: besideRivals },
    { name: 'REST HIT, compressed', open: besideItself },
    { name: 'REST HIT, traced', open: besideTraces },
  ].filter(({ name }) => name.includes(options.only ?? ''));
  const done: Work[] = [];
  for (const { name, open } of works) {
    const contestants = await open();
    tell(`${name}: comparing answers …`);
    await compareAnswers(contestants);
    done.push(await compete(name, contestants, contest));
  }
  return done;
}
