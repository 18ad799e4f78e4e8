import { setImmediate as nextTurnOfTheLoop } from 'node:timers/promises';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { type Audience } from '../../auth/audience';
import { eventNotFound } from '../../errors';
import { executeCompiled } from '../compiled/execute';
import { contextFor, type OperationContext } from '../../resolvers/context';
import type { EventReading } from '../../database/facts/event-facts';
import type { FactsLoader } from '../../resolvers/loaders/facts';
import type { LivePayload } from '../../resolvers/live-source';
import type { Instant, StoreId } from '../../domain/values';

/** Somebody who is sent values as they are made. */
export interface Subscriber {
  /** @param value the result of one execution; `json` is the same bytes for everybody of the cohort */
  send(value: LiveValue): void;
  mayRead(storeId: StoreId): boolean;
  /** For whose eyes their values are to be made; another one once a fresh token reads other stores. */
  audience(): Audience;
  dismiss(why: Dismissal): void;
}

/**
 * Why somebody is sent nothing more: the event has gone to a store that they may not read, or there is no room for the
 * cohort that they belong to since they brought a fresh token.
 */
export type Dismissal = 'forbidden' | 'too many cohorts';

/** The result of one execution, and its text. */
export interface LiveValue {
  readonly result: ExecutionResult;
  /** In UTF-8. */
  readonly json: Buffer;
  /** The event's version, and whose it was, when the value was made. */
  readonly version: number;
  readonly storeId: StoreId;
  /** When the reading for it began. */
  readonly readAt: Instant;
}

/** A value, and the subscribers that it is to be sent to. */
interface Delivery {
  readonly value: LiveValue;
  readonly audience: readonly Subscriber[];
}

export interface Cohort {
  readonly size: number;
  readonly last: LiveValue | undefined;
  add(subscriber: Subscriber): void;
  /** @returns whether they were one */
  delete(subscriber: Subscriber): boolean;
  /**
   * Sends somebody who has just come the newest value, if there is one that they may read. One that they may not was
   * made before the event came into their hands, or out of them: the next will tell.
   */
  greet(subscriber: Subscriber): void;
  /** Who a subscriber is has changed: whether they may read is looked at again ahead of the next value. */
  recheck(subscriber: Subscriber): void;
  /**
   * Executes the operation once, serialises it once, and sends the same text to all, unless nothing has changed.
   *
   * @param made called ahead of the sending
   * @throws the first error of a result that has any: nobody is sent a failure of ours, and it is tried again
   */
  refresh(payload: LivePayload, context: OperationContext, made: () => void): Promise<void>;
}

/**
 * After so many sockets, about four milliseconds, the event loop does its other work: ten thousand sockets in one go kept
 * every other request waiting for 170 milliseconds.
 */
const SENT_AT_ONCE = 250;

/**
 * All subscribers of one operation with the same variables and of the same audience. Those of them who may read the
 * event get the same values, so the operation is executed on the service's own behalf, for the eyes of that audience.
 * Who may read is looked at ahead of somebody's first value, since the
 * event may have changed hands between the check of their operation and their joining; when it changes hands later; and
 * when they bring a fresh token, which may grant less. To look at ten thousand ahead of every value is a tenth of sending.
 *
 * @param nextTurn resolves in a turn of the event loop in which no other cohort serialises its value, and sends it
 */
export function createCohort(
  operation: Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>,
  audience: Audience,
  nextTurn: () => Promise<void>,
): Cohort {
  const subscribers = new Set<Subscriber>();
  const unchecked = new Set<Subscriber>();
  let last: LiveValue | undefined;
  let inLine: Promise<void> = Promise.resolve();

  /** @returns a value but for its text */
  async function make(payload: LivePayload, context: OperationContext): Promise<Omit<LiveValue, 'json'>> {
    const { contextValue, latest } = noting(contextFor(audience, context));
    const result = await executeCompiled({ ...operation, rootValue: payload, contextValue });
    const [error] = result.errors ?? [];
    if (error !== undefined) throw error;
    const reading = latest();
    if (reading === null) throw eventNotFound();
    return {
      result,
      version: reading.event.version,
      storeId: reading.event.storeId,
      readAt: context.now,
    };
  }

  async function refresh(payload: LivePayload, context: OperationContext, made: () => void): Promise<void> {
    const value = await make(payload, context);
    await nextTurn();
    const delivery = take({ ...value, json: Buffer.from(JSON.stringify(value.result)) });
    made();
    if (delivery !== undefined) await send(delivery);
  }

  /** @returns what is to be sent, and to whom */
  function take(made: LiveValue): Delivery | undefined {
    if (last !== undefined && isOlder(made, last)) return undefined;
    const isNews = last === undefined || !made.json.equals(last.json);
    // The same text stays the same buffer, by which a subscriber is known to have been sent it.
    const value = isNews || last === undefined ? made : { ...made, json: last.json };
    const newcomers = [...unchecked];
    dismissStrangers(last?.storeId === value.storeId ? unchecked : subscribers, value.storeId);
    last = value;
    // What is no news may be some to who has come since: it may not have been theirs to read when they came.
    return { value, audience: isNews ? [...subscribers] : newcomers };
  }

  async function send({ value, audience }: Delivery): Promise<void> {
    for (const [place, subscriber] of audience.entries()) {
      if (place > 0 && place % SENT_AT_ONCE === 0) await nextTurnOfTheLoop();
      // Since the value was made, a subscriber may have left, or brought a token that grants less.
      if (subscribers.has(subscriber) && (!unchecked.has(subscriber) || subscriber.mayRead(value.storeId)))
        subscriber.send(value);
    }
  }

  function dismissStrangers(suspects: Iterable<Subscriber>, storeId: StoreId): void {
    const strangers = [...suspects].filter((suspect) => !suspect.mayRead(storeId));
    unchecked.clear();
    for (const stranger of strangers) {
      // They are sent nothing from here on, however long their way out takes.
      subscribers.delete(stranger);
      stranger.dismiss('forbidden');
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
      unchecked.add(subscriber);
    },
    delete(subscriber) {
      unchecked.delete(subscriber);
      return subscribers.delete(subscriber);
    },
    greet(subscriber) {
      if (last !== undefined && subscriber.mayRead(last.storeId)) subscriber.send(last);
    },
    recheck(subscriber) {
      if (subscribers.has(subscriber)) unchecked.add(subscriber);
    },
    refresh(payload, context, made) {
      const refreshed = inLine.then(() => refresh(payload, context, made));
      inLine = refreshed.catch(() => undefined);
      return refreshed;
    },
  };
}

/**
 * The same context, which notes what is read. Another cohort of the round may have to read the event once more, a moment
 * later: asked again, the round would tell of that reading, whose version and store are not those of the value.
 */
function noting(context: OperationContext) {
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
  return { contextValue: { ...context, facts }, latest: () => readings.at(-1) ?? null };
}

/**
 * Whether a value is older than one that was made before it: it was read earlier, and overtaken by an introduction. A
 * lower version that was read later is no older one: the database has gone back, and this is what it holds now.
 */
export function isOlder(value: Reading, other: Reading): boolean {
  return value.version < other.version && value.readAt <= other.readAt;
}

type Reading = Pick<LiveValue, 'version' | 'readAt'>;
