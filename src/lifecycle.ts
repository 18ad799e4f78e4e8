import type { Logger } from './observability/log';
import { NotReady } from './runtime/not-ready';
import { within } from './runtime/timeout';

/** Where the service stands. It only ever moves to the right. */
export type LifecycleStatus = 'starting' | 'ready' | 'stopping' | 'stopped';

/** @param limitMs after which the step is left behind */
type Step = (limitMs: number) => unknown;
/** What can be owned: something that closes or stops, or the function that does away with it. */
export type Ownable = { close(): unknown } | { stop(): unknown } | Step;

export interface PartOptions {
  /** Takes nothing new in, and resolves when what runs has finished. */
  readonly drain?: Step;
  /** Rejects or throws when the part cannot do its work at the moment. */
  readonly check?: Step;
  /** False for a part that the service can do without: its check is told, and leaves the service ready. */
  readonly decides?: boolean;
}

export interface PartReadiness {
  readonly name: string;
  readonly ready: boolean;
  /** What its check said of it. */
  readonly detail?: object;
}

export interface Readiness {
  readonly status: LifecycleStatus;
  /** Whether requests should be sent here: started, not stopping, and every part that decides able to work. */
  readonly ready: boolean;
  readonly parts: readonly PartReadiness[];
}

/** What went wrong in stopping. Both empty when nothing did. */
export interface StopReport {
  readonly failures: readonly { readonly name: string; readonly error: unknown }[];
  /** What had not ended when its time was up, and was left behind. */
  readonly hung: readonly string[];
}

export interface Lifecycle {
  readonly status: LifecycleStatus;
  /**
   * Registers a resource beside its opening, to be disposed of in reverse order.
   *
   * @returns the resource
   * @throws Error when the service is stopping already; the resource is disposed of all the same
   */
  own<Resource extends Ownable>(name: string, resource: Resource, options?: PartOptions): Resource;
  /** Everything is open. Says nothing when stopping has begun in the meantime. */
  markReady(): void;
  /** @param without parts that are told and do not decide this time */
  readiness(without?: ReadonlySet<string>): Promise<Readiness>;
  /** Drains, then disposes. Never rejects; every further call gets the first one's report. */
  stop(): Promise<StopReport>;
}

export interface LifecycleOptions {
  /** For stopping as a whole: half of it for draining, the rest for disposing. */
  readonly timeoutMs: number;
  readonly log: Logger;
  /** How long a part may take to say that it is well. */
  readonly checkTimeoutMs?: number;
}

interface Part extends PartOptions {
  readonly name: string;
  readonly dispose: Step;
}

const HUNG = Symbol('hung');

/** What a part that does not hang ends within. */
const RESERVED_MS = 200;

/** A stack of what is open: opened from the bottom up, done away with from the top down, exactly once. */
export function createLifecycle({ timeoutMs, log, checkTimeoutMs = 2_000 }: LifecycleOptions): Lifecycle {
  const parts: Part[] = [];
  const failures: { name: string; error: unknown }[] = [];
  const hung: string[] = [];
  let status: LifecycleStatus = 'starting';
  let stopping: Promise<StopReport> | undefined;

  async function attempt(name: string, step: Step, limitMs: number): Promise<void> {
    try {
      if ((await outcomeOf(step, limitMs)) !== HUNG) return;
      log.error({ part: name, limitMs }, 'a part did not end in time and is left behind');
      hung.push(name);
    } catch (error) {
      log.error({ part: name, err: error }, 'a part failed to end');
      failures.push({ name, error });
    }
  }

  /**
   * From the top down and one after another: what stands above may need what lies below to finish its work, as a
   * request in hand needs the consumer that answers it.
   */
  async function drainAll(deadline: number): Promise<void> {
    const draining = parts.flatMap(({ name, drain }) => (drain ? [{ name, drain }] : []));
    for (let part = draining.pop(); part; part = draining.pop()) {
      await attempt(`${part.name} (draining)`, part.drain, limitUntil(deadline, draining.length));
    }
  }

  /**
   * Takes from the stack until it is empty: a part may still be put on it while another is being closed.
   */
  async function disposeAll(deadline: number): Promise<void> {
    for (let part = parts.pop(); part; part = parts.pop()) {
      await attempt(part.name, part.dispose, limitUntil(deadline, parts.length));
    }
  }

  async function stopAll(): Promise<StopReport> {
    const begun = performance.now();
    status = 'stopping';
    await drainAll(begun + timeoutMs / 2);
    await disposeAll(begun + timeoutMs);
    status = 'stopped';
    return { failures, hung };
  }

  function adopt(part: Part): void {
    if (status === 'stopped') void attempt(part.name, part.dispose, timeoutMs);
    else parts.push(part);
    if (status === 'stopping' || status === 'stopped') {
      throw new Error(`The service is stopping: ${part.name} is closed again.`);
    }
  }

  async function ask({ name, check }: Part): Promise<PartReadiness> {
    try {
      return { name, ready: check === undefined || (await outcomeOf(check, checkTimeoutMs)) !== HUNG };
    } catch (error) {
      log.debug({ part: name, err: error }, 'a part is not ready');
      return { name, ready: false, ...(error instanceof NotReady && { detail: error.detail }) };
    }
  }

  return {
    get status() {
      return status;
    },
    own(name, resource, options = {}) {
      adopt({ name, dispose: disposalOf(resource), ...options });
      return resource;
    },
    markReady() {
      if (status === 'starting') status = 'ready';
    },
    async readiness(without = new Set()) {
      const asked = [...parts];
      const told = await Promise.all(asked.map(ask));
      const decide = ({ name, decides = true }: Part): boolean => decides && !without.has(name);
      const isWell = asked.every((part, index) => !decide(part) || told[index]?.ready);
      return { status, ready: status === 'ready' && isWell, parts: told };
    },
    stop() {
      stopping ??= stopAll();
      return stopping;
    },
  };
}

function disposalOf(resource: Ownable): Step {
  if (typeof resource === 'function') return resource;
  return 'close' in resource ? () => resource.close() : () => resource.stop();
}

/**
 * All of the time that is left, but for what those after it are sure to need: most parts end at once, and one that waits
 * for a broker may use what they leave over. When there is too little for that, its share.
 */
function limitUntil(deadline: number, stepsAfterIt: number): number {
  const left = deadline - performance.now();
  return Math.max(left - stepsAfterIt * RESERVED_MS, left / (stepsAfterIt + 1));
}

/** What a step comes to, or HUNG when its time is over first. */
function outcomeOf(step: Step, limitMs: number): Promise<unknown> {
  return within(
    limitMs,
    Promise.resolve().then(() => step(limitMs)),
    () => HUNG,
  );
}
