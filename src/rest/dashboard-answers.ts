import { holderOf } from '../auth/admission';
import { audienceKey, audienceOf } from '../auth/audience';
import { mayRead } from '../auth/may-read';
import type { Viewer } from '../auth/viewer';
import { AppError, forbidden } from '../errors';
import { mayBeShown } from '../domain/industry';
import type { Clock } from '../runtime/clock';
import type { EventId, StoreId } from '../domain/values';
import type { AssembleDashboard } from './assemble-dashboard';
import { type DashboardAnswer, keptAnswer, madeAnswer } from './dashboard-answer';
import { type DashboardBody, decodeBody } from './dashboard-body';
import type { DashboardBodies, Lookup } from './dashboard-bodies';
import { beforeDeadline } from './deadline';
import type { NearCache } from './near-cache';
import type { Owners } from './owners';

export interface DashboardAnswersOptions {
  readonly bodies: DashboardBodies;
  readonly owners: Owners;
  /** Where the cache is remote. */
  readonly nearCache?: NearCache | undefined;
  /** Assembles for one viewer. */
  readonly assemble: AssembleDashboard;
  readonly clock: Clock;
}

export interface DashboardAnswers {
  /** @throws AppError EVENT_NOT_FOUND, then FORBIDDEN, before anything is assembled */
  read(eventId: EventId, viewer: Viewer): Promise<DashboardAnswer>;
}

/**
 * Which answer a viewer gets. For an event that they may not read: none, at the same cost whatever happens to the event. Else
 * the answer that is cached for all, unless it would show them an average over too few stores besides their own: then one
 * that is assembled for them.
 */
export function createDashboardAnswers(options: DashboardAnswersOptions): DashboardAnswers {
  const { bodies, owners, nearCache, assemble, clock } = options;
  const assemblies = new Map<string, Promise<DashboardAnswer>>();

  async function ownerOf(viewer: Viewer, lookup: Lookup): Promise<StoreId> {
    const { eventId, entry, deadline } = lookup;
    if (entry.owner !== undefined) return entry.owner;
    if (entry.bytes !== undefined) return decodeBody(entry.bytes).body.storeId;
    // Only for viewers who may read: others would learn from a shorter wait that the event is being read.
    const assembling = bodies.ownerOfAssembly(eventId);
    if (assembling !== undefined && mayRead(viewer, assembling)) return assembling;
    return beforeDeadline(deadline, owners.ownerFor(viewer, eventId));
  }

  async function sharedAnswer(viewer: Viewer, lookup: Lookup): Promise<DashboardAnswer> {
    let owner: StoreId;
    try {
      owner = await ownerOf(viewer, lookup);
    } catch (failure) {
      return bodies.staleAnswer(lookup.eventId, failure);
    }
    if (!mayRead(viewer, owner)) throw forbidden();
    return bodies.answer(lookup, owner);
  }

  async function assembleFor(viewer: Viewer, eventId: EventId): Promise<DashboardAnswer> {
    const assembledAt = clock.now();
    const { body } = await assemble(eventId, { viewer });
    return madeAnswer({ body, assembledAt }, clock.now());
  }

  /**
   * Single-flight by event, body, stores and token. The etag of the cached body keeps the answer at least as new as it; the
   * token is part of the key since another token's operation may have to wait for its permit.
   */
  function ownAnswer(viewer: Viewer, eventId: EventId, { etag }: DashboardBody): Promise<DashboardAnswer> {
    const key = [eventId, etag, holderOf(viewer), audienceKey(audienceOf(viewer))].join(' ');
    const current = assemblies.get(key);
    if (current !== undefined) return current;
    const made = assembleFor(viewer, eventId).finally(() => assemblies.delete(key));
    assemblies.set(key, made);
    return made;
  }

  /**
   * Only for viewers who may read the event. For others the cache is always asked, so that the time it takes does not tell
   * whether the event has changed or is read.
   */
  function nearAnswer(viewer: Viewer, eventId: EventId): DashboardAnswer | undefined {
    const kept = nearCache?.find(eventId);
    if (kept === undefined || !mayRead(viewer, kept.body.storeId) || !isFor(viewer, kept.body))
      return undefined;
    return keptAnswer(kept, clock.now());
  }

  return {
    async read(eventId, viewer) {
      const near = nearAnswer(viewer, eventId);
      if (near !== undefined) return near;
      const lookup = await bodies.lookUp(eventId);
      const answer = await sharedAnswer(viewer, lookup);
      // The viewer was let pass by the cached owner: the answer itself decides.
      if (!mayRead(viewer, answer.body.storeId)) throw forbidden();
      const isStale = answer.staleReason !== undefined;
      if (isFor(viewer, answer.body)) {
        if (!isStale) nearCache?.observe(eventId, answer);
        return answer;
      }
      if (isStale) throw new AppError('DATABASE_UNAVAILABLE');
      return beforeDeadline(lookup.deadline, ownAnswer(viewer, eventId, answer.body));
    },
  };
}

/** A cached body is assembled for viewers who read all stores, or this one only. */
function isFor({ isAdmin, storeIds }: Viewer, { averagedStores }: DashboardBody): boolean {
  return isAdmin || mayBeShown(averagedStores, storeIds.size);
}
