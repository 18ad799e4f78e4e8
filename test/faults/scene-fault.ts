import { waitFor } from '../harness/wait-for';
import type { Fault, Findings, Run } from './fault';
import { judgeDashboards } from './judge/dashboards';
import { type Judgement, together } from './judge/judgement';
import { judgeLetters } from './judge/letters';
import { watchLogs } from './judge/logs';
import { judgeRows } from './judge/rows';
import { judgeByVerify } from './judge/verify';
import { describeAnswers, type Wrong } from './readers/watch';
import { openScene, type Scene, WATCHED_PARTITIONS, WATCHED_TOPIC } from './scene';
import { GATEWAYS, type Stage } from './stage/stage';

/** A fault that happens to two workers and two gateways while messages come and readers look. */
export interface SceneFault {
  readonly name: string;
  readonly what: string;
  readonly isInShort: boolean;
  /** Messages a second; 60 when left out. */
  readonly perSecond?: number;
  /**
   * How long it may take to go on by itself: from the fault's end to the first effects of every partition; or, while it
   * lasts, how long any partition may stand still. Not measured when left out.
   */
  readonly goesOn?: { readonly from: 'its end' | 'its beginning'; readonly withinMs: number };
  /** How long it may take after its end until everything is as it should be. */
  readonly rightWithinMs?: number;
  /** What readers may see of this fault. */
  readonly excuses?: readonly Wrong[];
  /** Nothing new comes once it is over. */
  readonly isQuietAfter?: boolean;
  /** It leaves the stage in a state that the next one should not have. */
  readonly spoilsStage?: boolean;
  /** Beside what it is judged by anyway; 180 s when left out. */
  readonly limitMs?: number;
  /** Opens a stage of its own, and owns it; the one that faults share when left out. */
  stage?(run: Run): Promise<Stage>;
  strike(scene: Scene): Promise<void>;
}

const PER_SECOND = 60;
const LIMIT_MS = 180_000;
const WARM_MS = 60_000;
/** A dead letter whose claim was made by a statement that nobody heard of any more is sent when that ends, after 45 s. */
const RIGHT_MS = 60_000;
const STREAM_BEFORE_MS = 1_000;
/** The limit, and what the measuring process may add to it on a busy machine. */
const LONGEST_READ_MS = 3_000;
const MEASURING_MS = 400;

export function sceneFault(plan: SceneFault): Fault {
  return {
    name: plan.name,
    what: plan.what,
    isInShort: plan.isInShort,
    limitMs: plan.limitMs ?? LIMIT_MS,
    play: (run) => play(plan, run),
  };
}

async function play(plan: SceneFault, run: Run): Promise<Findings> {
  const stage = await (plan.stage?.(run) ?? run.stage());
  if (plan.spoilsStage === true) run.spoilStage();
  const scene = await openScene({ name: plan.name, stage, run });
  await warmUp(scene);
  const logs = watchLogs(() => stage.logFiles());
  scene.readers.start();
  scene.subscribe();
  scene.traffic.start(plan.perSecond ?? PER_SECOND);
  await scene.pause(STREAM_BEFORE_MS);
  run.tell('striking');
  scene.begins();
  await plan.strike(scene);
  if (scene.ended === scene.began) scene.ends();
  run.tell(`struck, after ${seconds(scene.ended - scene.began)}`);
  const wentOnMs = await untilItWentOn(plan, scene);
  await scene.traffic.stop();
  if (plan.isQuietAfter !== true) await scene.traffic.send(scene.traffic.story.definitions().slice(-1));
  run.tell('judging');
  const judgement = await judge(plan, scene);
  await scene.readers.stop();
  const verified = await judgeByVerify(verifying(stage), ['--log']);
  const findings = report(plan, scene, together([judgement, verified]), wentOnMs);
  return { ...findings, problems: [...findings.problems, ...logs.problems()] };
}

function verifying({ databaseUrl, servers, topicPrefix }: Stage): NodeJS.ProcessEnv {
  return { DATABASE_URL: databaseUrl, KAFKA_BROKERS: servers.kafka.url, KAFKA_TOPIC_PREFIX: topicPrefix };
}

/** All but the last event are defined, and everybody has seen them, before anything happens. */
async function warmUp(scene: Scene): Promise<void> {
  const { traffic, stage } = scene;
  await stage.untilReady();
  await untilTopicsExist(scene);
  await traffic.send(traffic.story.definitions().slice(0, -1));
  await traffic.crowd(60);
  const more = Array.from({ length: 12 }, (_, index) =>
    index % 3 === 0
      ? traffic.story.distribution()
      : index % 3 === 1
        ? traffic.story.sale()
        : traffic.story.measurement(),
  );
  await traffic.send(more);
  await waitFor(async () => (await judgeData(scene)).problems.length === 0, {
    what: 'the stage to be well before the fault',
    timeoutMs: WARM_MS,
    everyMs: 250,
  });
  await scene.untilAtWork();
}

async function untilTopicsExist(scene: Scene): Promise<void> {
  const last = `${scene.topic('sales.recorded')}.dlq`;
  await scene.admin((client) =>
    waitFor(async () => (await client.listTopics()).includes(last), {
      what: 'a worker to make its topics',
      timeoutMs: WARM_MS,
      everyMs: 100,
    }),
  );
}

const WENT_ON_MS = 60_000;

/** Waits for new effects of every partition, and says how long they took. */
async function untilItWentOn(
  { goesOn, isQuietAfter }: SceneFault,
  scene: Scene,
): Promise<number | undefined> {
  if (goesOn === undefined || isQuietAfter === true) return undefined;
  const { progress } = scene.stage;
  const topic = scene.topic(WATCHED_TOPIC);
  const since = scene.ended;
  const waits = (): (number | undefined)[] =>
    WATCHED_PARTITIONS.map((partition) => progress.untilApplied(since, topic, partition));
  const isOn = (): boolean => waits().every((wait) => wait !== undefined);
  await waitFor(isOn, { what: 'every partition to go on', timeoutMs: WENT_ON_MS, everyMs: 100 }).catch(
    () => undefined,
  );
  if (!isOn()) return undefined;
  if (goesOn.from === 'its end') return Math.max(...waits().map((wait) => wait ?? 0));
  return Math.max(
    ...WATCHED_PARTITIONS.map((partition) => progress.longestGap(scene.began, topic, partition)),
  );
}

/** Rows first: while they are not right, the dashboards cannot be. */
async function judgeData({ stage, cast, traffic }: Scene): Promise<Judgement> {
  const messages = traffic.ledger.valid();
  const rows = await judgeRows(stage.databaseUrl, cast, messages);
  if (rows.problems.length > 0) return rows;
  return judgeDashboards(placesOf(stage), cast, messages);
}

function placesOf(stage: Stage) {
  return GATEWAYS.map((name) => ({
    name,
    origin: stage.origin(name),
    token: (stores: readonly string[]) => stage.token(stores),
  }));
}

/** Looks until everything is right, or its time is over: then as it stands. */
async function judge({ rightWithinMs = RIGHT_MS }: SceneFault, scene: Scene): Promise<Judgement> {
  const look = async (): Promise<Judgement> =>
    together([await judgeData(scene), await judgeLettersOf(scene), judgeLive(scene)]);
  let last: Judgement | undefined;
  const isRight = async (): Promise<boolean> => {
    last = await look();
    return last.problems.length === 0;
  };
  await waitFor(isRight, { what: 'everything to be right', timeoutMs: rightWithinMs, everyMs: 500 }).catch(
    (error: unknown) => {
      last ??= { lost: 0, doubled: 0, problems: [String(error)] };
    },
  );
  return last ?? together([]);
}

function judgeLettersOf({ stage, traffic, lettersOnTopicSince }: Scene): Promise<Judgement> {
  return judgeLetters(stage, traffic.ledger, { onTopicSince: lettersOnTopicSince });
}

function judgeLive({ live, traffic }: Scene): Judgement {
  const problems = live.flatMap(({ gateway, eventId, shown }) => {
    const expected = traffic.ledger.participants(eventId);
    return shown === expected ? [] : [`a subscriber at ${gateway} is shown ${shown} instead of ${expected}`];
  });
  return { lost: 0, doubled: 0, problems };
}

function report(
  plan: SceneFault,
  scene: Scene,
  judgement: Judgement,
  wentOnMs: number | undefined,
): Findings {
  const { answers, longest, wrongs } = scene.readers.sightings(plan.excuses ?? []);
  const limit = plan.goesOn?.withinMs;
  return {
    lost: judgement.lost,
    doubled: judgement.doubled,
    readers: describeAnswers(answers),
    longestWaitMs: longest.ms,
    wentOnMs,
    problems: [
      ...judgement.problems,
      ...scene.problems,
      ...wrongs,
      ...scene.stage.uninvitedEnds(),
      ...neverSent(scene),
      ...(longest.ms > LONGEST_READ_MS + MEASURING_MS
        ? [`a reader waited ${seconds(longest.ms)} (${longest.what})`]
        : []),
      ...(limit !== undefined && plan.isQuietAfter !== true && wentOnMs === undefined
        ? ['it did not go on by itself']
        : []),
      ...(limit !== undefined && wentOnMs !== undefined && wentOnMs > limit
        ? [`it went on after ${seconds(wentOnMs)}, later than ${seconds(limit)}`]
        : []),
    ],
  };
}

/** What the log never got cannot be judged, and there should be no such thing. */
function neverSent({ traffic }: Scene): string[] {
  const count = traffic.ledger.entries.filter(({ state }) => state === 'sending').length;
  return count === 0 ? [] : [`${count} messages did not get into the log`];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
