import type { Clock } from '../../src/runtime/clock';
import type { ChannelName, Count } from '../../src/domain/values';
import type {
  FailureReason,
  Platform,
  PlatformHealth,
  ViewsAnswer,
  ViewsQuestion,
} from '../../src/workers/connectors/platform';
import type { PolledPlatform } from '../../src/workers/polling/channel-poller';

/** How a platform handles a request: answers it, or never does. */
export type Script = (question: ViewsQuestion) => ViewsAnswer | 'hang';

/** A platform without HTTP, with configurable behaviour. It counts as failing while its latest request failed. */
export interface ScriptedPlatform extends Platform {
  /** Its questions, in order. */
  readonly asked: readonly ViewsQuestion[];
  /** How many questions each of its requests asked, in order. */
  readonly requests: readonly number[];
  /** Sets the behaviour; the default is 100 views of everything. */
  follow(script: Script): void;
  /** Answers, all in the same way, what it has let hang until now. */
  answerHanging(answer: ViewsAnswer): void;
  /** The platform with its polling options; by default once a minute, up to four requests at a time. */
  polled(options?: Partial<PolledPlatform>): PolledPlatform;
}

export const MINUTE_MS = 60_000;

/** @param questionsPerRequest about how many events one request asks at most */
export function createScriptedPlatform(
  channel: string,
  clock: Clock,
  questionsPerRequest = 1,
): ScriptedPlatform {
  const asked: ViewsQuestion[] = [];
  const requests: number[] = [];
  const hanging: ((answer: ViewsAnswer) => void)[] = [];
  const listeners = new Set<(health: PlatformHealth) => void>();
  let script: Script = () => counts(100, clock);
  let health: PlatformHealth = { status: 'HEALTHY', since: clock.now() };

  function observe(answer: ViewsAnswer): void {
    if (answer.kind === 'postponed' || answer.kind === 'not_configured') return;
    const status = answer.kind === 'failed' ? 'FAILING' : 'HEALTHY';
    if (status === health.status) return;
    const since = clock.now();
    health =
      answer.kind === 'failed'
        ? { status: 'FAILING', since, reason: answer.reason }
        : { status: 'HEALTHY', since };
    for (const listener of listeners) listener(health);
  }

  const platform: ScriptedPlatform = {
    channel: channel as ChannelName,
    asked,
    requests,
    questionsPerRequest,
    follow: (next) => void (script = next),
    answerHanging(answer) {
      for (const resolve of hanging.splice(0)) resolve(answer);
    },
    polled: (options) => ({ platform, intervalMs: MINUTE_MS, concurrency: 4, ...options }),
    async ask(question) {
      asked.push(question);
      const decided = script(question);
      const answer =
        decided === 'hang' ? await new Promise<ViewsAnswer>((resolve) => hanging.push(resolve)) : decided;
      observe(answer);
      return answer;
    },
    askTogether(questions) {
      requests.push(questions.length);
      return Promise.all(questions.map((question) => platform.ask(question)));
    },
    quotaUsedUpUntil: undefined,
    get health() {
      return health;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => platform.answerHanging(failure('TIMEOUT')),
  };
  return platform;
}

/** So many views, counted now. */
export function counts(views: number, clock: Clock): ViewsAnswer {
  return { kind: 'measured', views: views as Count, measuredAt: clock.now() };
}

export function failure(reason: FailureReason = 'SERVER_ERROR'): ViewsAnswer {
  return { kind: 'failed', reason, error: new Error(`The platform answers with ${reason}.`) };
}

/** How often each (event, channel) was asked about, all platforms together. */
export function timesAsked(...platforms: readonly ScriptedPlatform[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { channel, eventId } of platforms.flatMap(({ asked }) => asked)) {
    const key = `${eventId} ${channel}`;
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  return times;
}
