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
import type { DashboardBodies, Sought } from './dashboard-bodies';
import { beforeDeadline } from './deadline';
import type { NearAnswers } from './near-answers';
import type { Owners } from './owners';

export interface DashboardAnswersOptions {
  readonly bodies: DashboardBodies;
  readonly owners: Owners;
  /** Where the cache has to be asked over a connection. */
  readonly near?: NearAnswers | undefined;
  /** Assembles for one viewer's eyes. */
  readonly assemble: AssembleDashboard;
  readonly clock: Clock;
}

export interface DashboardAnswers {
  /** @throws AppError EVENT_NOT_FOUND, then FORBIDDEN, ahead of anything that is assembled */
  read(eventId: EventId, viewer: Viewer): Promise<DashboardAnswer>;
}

/**
 * Which answer somebody has: none of an event that is not theirs, and that at the same cost whatever happens to it; the
 * one that is kept for all, as a rule; and one of their own where that would show them an average over too few stores
 * that they do not know.
 */
export function createDashboardAnswers(options: DashboardAnswersOptions): DashboardAnswers {
  const { bodies, owners, near, assemble, clock } = options;
  const underWay = new Map<string, Promise<DashboardAnswer>>();

  async function ownerOf(viewer: Viewer, sought: Sought): Promise<StoreId> {
    const { eventId, found, deadline } = sought;
    if (found.owner !== undefined) return found.owner;
    if (found.bytes !== undefined) return decodeBody(found.bytes).body.storeId;
    // It lets those pass who may read; from how long they wait, others would learn that somebody has asked.
    const inFlight = bodies.ownerInFlight(eventId);
    if (inFlight !== undefined && mayRead(viewer, inFlight)) return inFlight;
    return beforeDeadline(deadline, owners.ownerFor(viewer, eventId));
  }

  async function shared(viewer: Viewer, sought: Sought): Promise<DashboardAnswer> {
    let owner: StoreId;
    try {
      owner = await ownerOf(viewer, sought);
    } catch (failure) {
      return bodies.standIn(sought.eventId, failure);
    }
    if (!mayRead(viewer, owner)) throw forbidden();
    return bodies.take(sought, owner);
  }

  async function assembleFor(viewer: Viewer, eventId: EventId): Promise<DashboardAnswer> {
    const assembledAt = clock.now();
    const { body } = await assemble(eventId, { holder: holderOf(viewer), viewer });
    return madeAnswer({ body, assembledAt }, clock.now());
  }

  /**
   * Joins one that is being made of the same figures for the same stores, at least as new as what is kept for all, and by
   * the share of the same token: another's may have to wait for it.
   */
  function own(viewer: Viewer, eventId: EventId, { etag }: DashboardBody): Promise<DashboardAnswer> {
    const key = [eventId, etag, holderOf(viewer), audienceKey(audienceOf(viewer))].join(' ');
    const current = underWay.get(key);
    if (current !== undefined) return current;
    const made = assembleFor(viewer, eventId).finally(() => underWay.delete(key));
    underWay.set(key, made);
    return made;
  }

  /**
   * For who may read it and no other: a stranger's question is always one to the cache, so that how long it takes does not
   * say whether the event has changed, or is read.
   */
  function nearby(viewer: Viewer, eventId: EventId): DashboardAnswer | undefined {
    const kept = near?.find(eventId);
    if (kept === undefined || !mayRead(viewer, kept.body.storeId) || !isFor(viewer, kept.body))
      return undefined;
    return keptAnswer(kept, clock.now());
  }

  return {
    async read(eventId, viewer) {
      const known = nearby(viewer, eventId);
      if (known !== undefined) return known;
      const sought = await bodies.seek(eventId);
      const answer = await shared(viewer, sought);
      // Whoever was let pass by what was known of its owner is held against the answer itself.
      if (!mayRead(viewer, answer.body.storeId)) throw forbidden();
      const isStale = answer.staleReason !== undefined;
      if (isFor(viewer, answer.body)) {
        if (!isStale) near?.saw(eventId, answer);
        return answer;
      }
      if (isStale) throw new AppError('DATABASE_UNAVAILABLE');
      return beforeDeadline(sought.deadline, own(viewer, eventId, answer.body));
    },
  };
}

/** A body that is kept is made for who reads all stores, or this one alone. */
function isFor({ isAdmin, storeIds }: Viewer, { averagedStores }: DashboardBody): boolean {
  return isAdmin || mayBeShown(averagedStores, storeIds.size);
}
