import { setImmediate as yieldToLoop } from 'node:timers/promises';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { type Audience } from '../../auth/audience';
import { eventNotFound } from '../../errors';
import { executeCompiled } from '../compiled/execute';
import { type Tracer, withinSpan, type Work } from '../../observability/traces/tracer';
import { contextFor, type OperationContext } from '../../resolvers/context';
import type { EventReading } from '../../database/facts/event-facts';
import type { FactsLoader } from '../../resolvers/loaders/facts';
import type { LivePayload } from '../../resolvers/live-source';
import type { Instant, StoreId } from '../../domain/values';

export interface Subscriber {
  /** @param value the result of one execution; `json` is one buffer for the whole cohort */
  send(value: LiveValue): void;
  mayRead(storeId: StoreId): boolean;
  /** Another one once a fresh token reads other stores. */
  audience(): Audience;
  /** Nothing more is sent. */
  revoke(why: Revocation): void;
}

/**
 * Why a subscriber is revoked: the event has moved to a store that they may not read, or a fresh token belongs to a
 * cohort that there is no room for.
 */
export type Revocation = 'forbidden' | 'too many cohorts';

/** The result of one execution, and its text. */
export interface LiveValue {
  readonly result: ExecutionResult;
  /** In UTF-8. */
  readonly json: Buffer;
  /** The event's version and store, as they were read. */
  readonly version: number;
  readonly storeId: StoreId;
  /** When the tick that read it started. */
  readonly readAt: Instant;
}

interface Delivery {
  readonly value: LiveValue;
  readonly recipients: readonly Subscriber[];
}

export interface Cohort {
  readonly size: number;
  readonly last: LiveValue | undefined;
  add(subscriber: Subscriber): void;
  /** @returns whether the subscriber was in the cohort */
  delete(subscriber: Subscriber): boolean;
  /**
   * Sends the last value to a new subscriber who may read it. One who may not is not revoked: the event may have moved to
   * their store since, and the next value decides.
   */
  sendLast(subscriber: Subscriber): void;
  /** To be called when the subscriber's viewer has changed: authorises again before the next value is sent. */
  reauthorise(subscriber: Subscriber): void;
  /**
   * Executes the operation once, encodes the result once, and sends it to all, unless it has not changed.
   *
   * @param valueMade called before sending
   * @throws the first error of a result that has any: internal errors are not sent, the caller retries
   */
  refresh(payload: LivePayload, context: OperationContext, valueMade: () => void): Promise<void>;
}

/**
 * After so many sockets, about four milliseconds, sending yields to the event loop: ten thousand sockets at once delayed
 * every other request by 170 milliseconds.
 */
const SEND_SLICE = 250;

export interface CohortOptions {
  /** Resolves in an iteration of the loop in which no other cohort encodes and sends. */
  readonly nextIteration: () => Promise<void>;
  /** Undefined where nothing is traced. */
  readonly tracer?: Tracer | undefined;
}

/**
 * The subscribers of one operation with the same variables and audience. All of them get the same value, so the operation
 * is executed by the service itself for that audience.
 *
 * Subscribers are authorised before their first value (the event may have moved to another store since their operation
 * was checked), after the event has moved, and after a fresh token, which may grant less. Authorising ten thousand before
 * every value would take a tenth of the time of sending it.
 */
export function createCohort(
  operation: Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>,
  audience: Audience,
  { nextIteration, tracer }: CohortOptions,
): Cohort {
  const subscribers = new Set<Subscriber>();
  const toAuthorise = new Set<Subscriber>();
  let last: LiveValue | undefined;
  let previous: Promise<void> = Promise.resolve();

  async function execute(payload: LivePayload, context: OperationContext): Promise<Omit<LiveValue, 'json'>> {
    const { contextValue, lastReading } = recordingReadings(contextFor(audience, context));
    const result = await executeCompiled({ ...operation, rootValue: payload, contextValue });
    const [error] = result.errors ?? [];
    if (error !== undefined) throw error;
    const reading = lastReading();
    if (reading === null) throw eventNotFound();
    return {
      result,
      version: reading.event.version,
      storeId: reading.event.storeId,
      readAt: context.now,
    };
  }

  async function refresh(
    payload: LivePayload,
    context: OperationContext,
    valueMade: () => void,
  ): Promise<void> {
    const value = await execute(payload, context);
    await nextIteration();
    const delivery = accept({ ...value, json: Buffer.from(JSON.stringify(value.result)) });
    valueMade();
    if (delivery !== undefined) await withinSpan(tracer, sendingTo(delivery), () => send(delivery));
  }

  /** Makes it the last value and revokes who may not read it. @returns undefined for a value older than the last */
  function accept(made: LiveValue): Delivery | undefined {
    if (last !== undefined && isOlder(made, last)) return undefined;
    const isChanged = last === undefined || !made.json.equals(last.json);
    // An unchanged text keeps its buffer: by its identity a subscriber is not sent it twice.
    const value = isChanged || last === undefined ? made : { ...made, json: last.json };
    const unauthorised = [...toAuthorise];
    revokeForbidden(last?.storeId === value.storeId ? toAuthorise : subscribers, value.storeId);
    last = value;
    // An unchanged value may be the first one that a new subscriber may read.
    return { value, recipients: isChanged ? [...subscribers] : unauthorised };
  }

  async function send({ value, recipients }: Delivery): Promise<void> {
    for (const [index, subscriber] of recipients.entries()) {
      if (index > 0 && index % SEND_SLICE === 0) await yieldToLoop();
      // During the slices before, a subscriber may have left, or brought a token that grants less.
      if (subscribers.has(subscriber) && (!toAuthorise.has(subscriber) || subscriber.mayRead(value.storeId)))
        subscriber.send(value);
    }
  }

  function revokeForbidden(candidates: Iterable<Subscriber>, storeId: StoreId): void {
    const forbidden = [...candidates].filter((candidate) => !candidate.mayRead(storeId));
    toAuthorise.clear();
    for (const subscriber of forbidden) {
      // Deleted at once: closing the socket takes time, in which nothing more may be sent.
      subscribers.delete(subscriber);
      subscriber.revoke('forbidden');
    }
  }

  return {
    get size() {
      return subscribers.size;
    },
    get last() {
      return last;
    },
    add(subscriber) {
      subscribers.add(subscriber);
      toAuthorise.add(subscriber);
    },
    delete(subscriber) {
      toAuthorise.delete(subscriber);
      return subscribers.delete(subscriber);
    },
    sendLast(subscriber) {
      if (last !== undefined && subscriber.mayRead(last.storeId)) subscriber.send(last);
    },
    reauthorise(subscriber) {
      if (subscribers.has(subscriber)) toAuthorise.add(subscriber);
    },
    refresh(payload, context, valueMade) {
      const refreshed = previous.then(() => refresh(payload, context, valueMade));
      previous = refreshed.catch(() => undefined);
      return refreshed;
    },
  };
}

const sendingTo = ({ recipients }: Delivery): Work => ({
  name: 'send',
  kind: 'producer',
  attributes: { 'analytics.recipients': recipients.length },
});

/**
 * The same context, recording what this cohort reads. Another cohort of the tick may read the event again a moment later:
 * asked afterwards, the tick's loader would return that reading, whose version and store are not those of the value.
 */
function recordingReadings(context: OperationContext) {
  const readings: (EventReading | null)[] = [];
  const facts: FactsLoader = {
    async load(eventId, kinds) {
      const reading = await context.facts.load(eventId, kinds);
      readings.push(reading);
      return reading;
    },
    async loadAll(eventIds, kinds) {
      const several = await context.facts.loadAll(eventIds, kinds);
      readings.push(...several);
      return several;
    },
  };
  return { contextValue: { ...context, facts }, lastReading: () => readings.at(-1) ?? null };
}

/**
 * Whether a value was overtaken: its version is lower and it was read earlier, as a first value's execution may overtake a
 * tick. A lower version that was read later is current: the database was put back to an earlier state.
 */
export function isOlder(value: Reading, other: Reading): boolean {
  return value.version < other.version && value.readAt <= other.readAt;
}

type Reading = Pick<LiveValue, 'version' | 'readAt'>;
