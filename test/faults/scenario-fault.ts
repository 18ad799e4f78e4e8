import type { Admin } from 'kafkajs';
import { TEST_PRIVACY_KEY } from '../harness/digests';
import { type Topic, TOPICS } from '../../src/workers/messages/topics';
import { waitFor } from '../harness/wait-for';
import type { Fault, Findings, FaultContext } from './fault';
import { checkDashboards } from './checks/dashboards';
import { type CheckResult, combine } from './checks/check-result';
import { checkLetters } from './checks/letters';
import { watchLogs } from './checks/logs';
import { checkRows } from './checks/rows';
import { checkByVerify } from './checks/verify';
import { describeAnswers, type Violation } from './readers/watch';
import { openScenario, type Scenario, WATCHED_PARTITIONS, WATCHED_TOPIC } from './scenario';
import { GATEWAYS, type Deployment } from './deployment/deployment';
import { bootstrapOf } from './deployment/servers';

/** A fault injected into two workers and two gateways under traffic and readers. */
export interface ScenarioFault {
  readonly name: string;
  readonly what: string;
  readonly isInShort: boolean;
  /** Messages a second; 60 when left out. */
  readonly perSecond?: number;
  /**
   * How long the service may take to resume by itself: from the fault's end to the first effects of every partition; or,
   * during the fault, how long any partition may stand still. Not measured when left out.
   */
  readonly goesOn?: { readonly from: 'its end' | 'its beginning'; readonly withinMs: number };
  /** How long after its end all checks must pass. */
  readonly rightWithinMs?: number;
  /** What readers may see during this fault. */
  readonly allowedViolations?: readonly Violation[];
  /** Readers notice nothing of it: GraphQL, too, answers what it answered before, and nobody is told 5xx. */
  readonly isUnnoticed?: boolean;
  /** The topics that the deployment reads at first; all when left out. */
  topics?(): Promise<readonly Topic[]>;
  /** There is no traffic after it. */
  readonly isQuietAfter?: boolean;
  /** The next fault needs a new deployment. */
  readonly dirtiesDeployment?: boolean;
  /** 180 s when left out. */
  readonly limitMs?: number;
  /** Starts a deployment of its own and owns it; the shared one when left out. */
  deployment?(context: FaultContext): Promise<Deployment>;
  inject(scenario: Scenario): Promise<void>;
}

export const PER_SECOND = 60;
const LIMIT_MS = 180_000;
const WARM_MS = 60_000;
/** A dead letter whose claim was lost with its connection is sent when the claim expires, after 45 s. */
const RIGHT_MS = 60_000;
const STREAM_BEFORE_MS = 1_000;
/** The required limit, and what the measuring process may add to it on a busy machine. */
const LONGEST_READ_MS = 3_000;
const MEASURING_MS = 400;

export function scenarioFault(plan: ScenarioFault): Fault {
  return {
    name: plan.name,
    what: plan.what,
    isInShort: plan.isInShort,
    limitMs: plan.limitMs ?? LIMIT_MS,
    run: (context) => run(plan, context),
  };
}

async function run(plan: ScenarioFault, context: FaultContext): Promise<Findings> {
  const deployment = await (plan.deployment?.(context) ?? context.deployment());
  if (plan.dirtiesDeployment === true) context.markDeploymentDirty();
  const scenario = await openScenario({ name: plan.name, deployment, context });
  const topics = (await plan.topics?.()) ?? TOPICS;
  await warmUp(scenario, topics);
  const logs = watchLogs(() => deployment.logFiles());
  scenario.readers.start();
  scenario.subscribe();
  scenario.traffic.start(plan.perSecond ?? PER_SECOND, topics);
  await scenario.pause(STREAM_BEFORE_MS);
  context.tell('injecting the fault');
  scenario.markStart();
  await plan.inject(scenario);
  if (scenario.ended === scenario.began) scenario.markEnd();
  context.tell(`the fault ended after ${seconds(scenario.ended - scenario.began)}`);
  const wentOnMs = await untilItWentOn(plan, scenario);
  await scenario.traffic.stop();
  if (plan.isQuietAfter !== true)
    await scenario.traffic.send(scenario.traffic.factory.definitions().slice(-1));
  context.tell('checking');
  const judgement = await check(plan, scenario);
  await scenario.readers.stop();
  const verified = await checkByVerify(verifying(deployment), ['--log']);
  const findings = report(plan, scenario, combine([judgement, verified]), wentOnMs);
  return { ...findings, problems: [...findings.problems, ...logs.problems()] };
}

export function verifying({ databaseUrl, servers, topicPrefix }: Deployment): NodeJS.ProcessEnv {
  return {
    DATABASE_URL: databaseUrl,
    KAFKA_BROKERS: bootstrapOf(servers).join(),
    KAFKA_TOPIC_PREFIX: topicPrefix,
    PRIVACY_KEY: TEST_PRIVACY_KEY,
  };
}

/** Defines all events but the last, and waits until both gateways show them. */
async function warmUp(scenario: Scenario, topics: readonly Topic[]): Promise<void> {
  const { traffic, deployment } = scenario;
  await deployment.untilReady();
  await untilTopicsExist(scenario, topics);
  await traffic.send(traffic.factory.definitions().slice(0, -1));
  await traffic.sendRegistrations(60);
  await traffic.send(
    topics.flatMap((topic) => Array.from({ length: 4 }, () => traffic.factory.valid(topic))),
  );
  await waitFor(async () => (await checkData(scenario)).problems.length === 0, {
    what: 'all checks to pass before the fault',
    timeoutMs: WARM_MS,
    everyMs: 250,
  });
  await scenario.untilAssigned();
}

export async function untilTopicsExist(scenario: Scenario, topics: readonly Topic[]): Promise<void> {
  const names = topics.map((topic) => scenario.topic(topic)).flatMap((name) => [name, `${name}.dlq`]);
  const areThere = async (client: Admin): Promise<boolean> => {
    const known = new Set(await client.listTopics());
    return names.every((name) => known.has(name));
  };
  await scenario.admin((client) =>
    waitFor(() => areThere(client), {
      what: 'a worker to make its topics',
      timeoutMs: WARM_MS,
      everyMs: 100,
    }),
  );
}

const WENT_ON_MS = 60_000;

/** Waits for new effects of every partition. @returns how long they took */
async function untilItWentOn(
  { goesOn, isQuietAfter }: ScenarioFault,
  scenario: Scenario,
): Promise<number | undefined> {
  if (goesOn === undefined || isQuietAfter === true) return undefined;
  const { progress } = scenario.deployment;
  const topic = scenario.topic(WATCHED_TOPIC);
  const since = scenario.ended;
  const waits = (): (number | undefined)[] =>
    WATCHED_PARTITIONS.map((partition) => progress.untilApplied(since, topic, partition));
  const isOn = (): boolean => waits().every((wait) => wait !== undefined);
  await waitFor(isOn, { what: 'every partition to go on', timeoutMs: WENT_ON_MS, everyMs: 100 }).catch(
    () => undefined,
  );
  if (!isOn()) return undefined;
  if (goesOn.from === 'its end') return Math.max(...waits().map((wait) => wait ?? 0));
  return Math.max(
    ...WATCHED_PARTITIONS.map((partition) => progress.longestGap(scenario.began, topic, partition)),
  );
}

/** Rows first: while they are wrong, the dashboards must be wrong too. */
async function checkData({ deployment, shops, traffic }: Scenario): Promise<CheckResult> {
  const messages = traffic.ledger.valid();
  const rows = await checkRows(deployment.databaseUrl, shops, messages);
  if (rows.problems.length > 0) return rows;
  return checkDashboards(placesOf(deployment), shops, messages);
}

/** What is right as soon as all of it is applied: rows, every dashboard at both gateways, what subscribers show. */
export async function checkShown(scenario: Scenario): Promise<CheckResult> {
  return combine([await checkData(scenario), checkLive(scenario)]);
}

function placesOf(deployment: Deployment) {
  return GATEWAYS.map((name) => ({
    name,
    origin: deployment.origin(name),
    token: (stores: readonly string[]) => deployment.token(stores),
  }));
}

/** Checks until everything passes or the time is over. @returns the last result */
async function check({ rightWithinMs = RIGHT_MS }: ScenarioFault, scenario: Scenario): Promise<CheckResult> {
  const look = async (): Promise<CheckResult> =>
    combine([await checkData(scenario), await checkLettersOf(scenario), checkLive(scenario)]);
  let last: CheckResult | undefined;
  const isRight = async (): Promise<boolean> => {
    last = await look();
    return last.problems.length === 0;
  };
  await waitFor(isRight, { what: 'everything to be right', timeoutMs: rightWithinMs, everyMs: 500 }).catch(
    (error: unknown) => {
      last ??= { lost: 0, doubled: 0, problems: [String(error)] };
    },
  );
  return last ?? combine([]);
}

function checkLettersOf({ deployment, traffic, lettersOnTopicSince }: Scenario): Promise<CheckResult> {
  return checkLetters(deployment, traffic.ledger, { onTopicSince: lettersOnTopicSince });
}

function checkLive({ live, traffic }: Scenario): CheckResult {
  const problems = live.flatMap(({ gateway, eventId, shown }) => {
    const expected = traffic.ledger.participants(eventId);
    return shown === expected ? [] : [`a subscriber at ${gateway} has ${shown} instead of ${expected}`];
  });
  return { lost: 0, doubled: 0, problems };
}

function report(
  plan: ScenarioFault,
  scenario: Scenario,
  judgement: CheckResult,
  wentOnMs: number | undefined,
): Findings {
  const { answers, longest, violations } = scenario.readers.observations([
    ...(plan.allowedViolations ?? []),
    ...(plan.isUnnoticed === true ? [] : (['refused by GraphQL', 'failed'] as const)),
  ]);
  const limit = plan.goesOn?.withinMs;
  return {
    lost: judgement.lost,
    doubled: judgement.doubled,
    readers: describeAnswers(answers),
    longestWaitMs: longest.ms,
    wentOnMs,
    problems: [
      ...judgement.problems,
      ...scenario.problems,
      ...violations,
      ...scenario.deployment.unexpectedExits(),
      ...neverSent(scenario),
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

/** Messages that the log never got cannot be checked: there should be none. */
function neverSent({ traffic }: Scenario): string[] {
  const count = traffic.ledger.entries.filter(({ state }) => state === 'sending').length;
  return count === 0 ? [] : [`${count} messages did not get into the log`];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
