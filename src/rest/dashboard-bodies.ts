import { setTimeout as pause } from 'node:timers/promises';
import { toAppError } from '../errors';
import { ASSEMBLY_LEASE_MS, type CacheEntry } from '../cache/cache';
import type { LeaseUnderStore, TolerantCache } from '../cache/tolerant';
import type { Clock } from '../runtime/clock';
import { createFaultLog } from '../observability/fault-log';
import type { Logger } from '../observability/log';
import type { EventId, StoreId } from '../domain/values';
import type { AssembleDashboard } from './assemble-dashboard';
import { type DashboardAnswer, keptAnswer, madeAnswer } from './dashboard-answer';
import { decodeBody, encodeBody } from './dashboard-body';
import { beforeDeadline } from './deadline';
import { createStaleIfError } from './stale-if-error';

export interface DashboardBodiesOptions {
  readonly cache: TolerantCache;
  readonly clock: Clock;
  readonly ttlMs: number;
  /** How old a stale body may be that is served while the database cannot be asked; 0 to serve none. */
  readonly staleMs: number;
  /** @throws AppError EVENT_NOT_FOUND, or what else prevents the assembly; errors are not cached */
  readonly assemble: AssembleDashboard;
  readonly log: Logger;
}

/** The event's cache entry as a request found it, and when the request has to be answered. */
export interface Lookup {
  readonly eventId: EventId;
  readonly entry: CacheEntry;
  /** An instant of `performance.now()`. */
  readonly deadline: number;
}

/** One assembly of an event's answer, shared by all requests that ask for it until it ends (single-flight). */
interface Assembly {
  /** The event's owner when the assembly began. */
  readonly owner: StoreId;
  /** Set once its data is being read: the id of the lease under which it is, or none where there is no cache. */
  reading: { readonly leaseId: string | undefined } | undefined;
  readonly answer: Promise<DashboardAnswer>;
}

/** The interval of looking for what another process assembles. */
const LOOK_EVERY_MS = 10;
/** After two leases their holders are dead or too slow, and this process has lost the race for both. */
const WAIT_AT_MOST_MS = 2 * ASSEMBLY_LEASE_MS;
/** From the request to the answer, except for one last look into the cache: no request waits longer than three seconds. */
const ANSWER_WITHIN_MS = 2_400;

/**
 * Cache-aside. A hit is bytes in, bytes out. A miss acquires the event's lease, assembles once for all requests of this
 * process (single-flight) and stores the result; while another process has the lease, its result is waited for. So an answer
 * shows every change announced more than ASSEMBLY_LEASE_MS before the request, and an event is assembled once in
 * ASSEMBLY_LEASE_MS, however many processes there are. While the database cannot be asked, the last body is served
 * (stale-if-error).
 */
export function createDashboardBodies(options: DashboardBodiesOptions) {
  const { cache, clock, ttlMs, staleMs, assemble, log } = options;
  const staleIfError = createStaleIfError({ cache, clock, staleMs });
  const outage = createFaultLog(log, {
    begins: 'no answers can be made without the database; those from before are given',
    ends: 'answers are made again',
  });
  const assemblies = new Map<EventId, Assembly>();

  async function assembleUnder(
    lease: LeaseUnderStore,
    eventId: EventId,
    owner: StoreId,
  ): Promise<DashboardAnswer> {
    try {
      const assembledAt = clock.now();
      const { body, validUntil } = await assemble(eventId, { uncheckedFor: owner });
      const keepMs = Math.min(ttlMs, validUntil - clock.now());
      const made = { body, assembledAt };
      await cache.store(eventId, lease, { bytes: encodeBody(made), owner: body.storeId }, keepMs);
      return madeAnswer(made, clock.now());
    } catch (error) {
      // Other processes need not wait for the rest of the lease.
      await cache.release(eventId, lease);
      throw error;
    }
  }

  async function assembleUncached(eventId: EventId, owner: StoreId): Promise<DashboardAnswer> {
    const assembledAt = clock.now();
    const { body } = await assemble(eventId, { uncheckedFor: owner });
    return madeAnswer({ body, assembledAt }, clock.now());
  }

  /** Assembles once this process has the lease, or takes what the process that has it assembles. */
  async function assembleOrAwait(
    eventId: EventId,
    owner: StoreId,
    onReading: (lease?: LeaseUnderStore) => void,
  ): Promise<DashboardAnswer> {
    const deadline = performance.now() + WAIT_AT_MOST_MS;
    while (performance.now() < deadline) {
      const lease = await cache.acquire(eventId, owner);
      if (lease === 'away') break;
      if (lease !== 'taken') {
        onReading(lease);
        return assembleUnder(lease, eventId, owner);
      }
      await pause(LOOK_EVERY_MS);
      const { bytes } = await cache.read(eventId);
      if (bytes !== undefined) return keptAnswer(decodeBody(bytes), clock.now());
    }
    onReading();
    return assembleUncached(eventId, owner);
  }

  /**
   * The stale answer, when a newer one cannot be assembled, or the event's owner cannot be read.
   *
   * @throws the failure, where no body is known or something else has failed
   */
  async function staleAnswer(eventId: EventId, failure: unknown): Promise<DashboardAnswer> {
    if (toAppError(failure).code === 'DATABASE_UNAVAILABLE') outage.failed(failure);
    const last = await staleIfError(eventId, failure);
    return { ...keptAnswer(last, clock.now()), staleReason: 'DATABASE_UNAVAILABLE' };
  }

  /** An assembly that misses the deadline goes on, and its result is stored for later requests. */
  async function answerBefore(
    deadline: number,
    eventId: EventId,
    assembling: Promise<DashboardAnswer>,
  ): Promise<DashboardAnswer> {
    try {
      const answer = await beforeDeadline(deadline, assembling);
      outage.worked();
      return answer;
    } catch (failure) {
      return staleAnswer(eventId, failure);
    }
  }

  /**
   * The running assembly that this request may share: one that has yet to read its data, or that reads it under the lease
   * that the request found running and so began less than ASSEMBLY_LEASE_MS ago. Any other may miss changes that the request
   * has to show.
   */
  function assemblyFor({ eventId, entry }: Lookup): Assembly | undefined {
    const current = assemblies.get(eventId);
    return !current?.reading || current.reading.leaseId === entry.leaseId ? current : undefined;
  }

  function startAssembly({ eventId, deadline }: Lookup, owner: StoreId): Promise<DashboardAnswer> {
    const assembling = assembleOrAwait(
      eventId,
      owner,
      (lease) => void (assembly.reading = { leaseId: lease?.id }),
    );
    const answer = answerBefore(deadline, eventId, assembling);
    const assembly: Assembly = { owner, reading: undefined, answer };
    assemblies.set(eventId, assembly);
    const end = (): void => {
      if (assemblies.get(eventId) === assembly) assemblies.delete(eventId);
    };
    answer.then(end, end);
    return answer;
  }

  return {
    /** Reads the event's cache entry: one round trip, whatever it holds. */
    async lookUp(eventId: EventId): Promise<Lookup> {
      const deadline = performance.now() + ANSWER_WITHIN_MS;
      return { eventId, entry: await cache.read(eventId), deadline };
    },
    /**
     * The event's owner when its running assembly began; undefined while none runs. It is enough to let a viewer pass, not to
     * refuse one.
     */
    ownerOfAssembly: (eventId: EventId): StoreId | undefined => assemblies.get(eventId)?.owner,
    /**
     * The cached answer, or else one that is assembled for all requests.
     *
     * @param owner the event's owner; to be called only for viewers who may read the event
     */
    async answer(lookup: Lookup, owner: StoreId): Promise<DashboardAnswer> {
      const { bytes } = lookup.entry;
      if (bytes !== undefined) return keptAnswer(decodeBody(bytes), clock.now());
      return assemblyFor(lookup)?.answer ?? startAssembly(lookup, owner);
    },
    staleAnswer,
  };
}

export type DashboardBodies = ReturnType<typeof createDashboardBodies>;
