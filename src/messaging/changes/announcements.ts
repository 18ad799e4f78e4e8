import type { AnnouncedTo } from '../../cache/cache';
import { groupsOf } from '../../cache/groups';
import type { EventId } from '../../domain/values';
import type { PartsFaultLog } from '../../observability/fault-log';
import { tryEach } from '../../runtime/try-each';
import type { Notifications } from '../notifications/notifications';
import { PendingChanges } from './pending-changes';

/** Announces the changes of single events, in a lane for each part of the cache: one that is away holds up no other. */
export interface Announcements {
  /** Neither fails nor waits. Of each event once, however often it is added before its turn. */
  announce(changes: Pick<PendingChanges, 'moved' | 'events'>): void;
  /** Resolves when all that was added has been announced, or has failed once. */
  settled(): Promise<void>;
  /** What was announced a moment ago where its entries are not looked for any more: others may have looked elsewhere already. */
  ofFormerPlaces(): PendingChanges;
}

export interface AnnouncementsOptions {
  readonly cache: AnnouncedTo;
  readonly notifications: Pick<Notifications, 'publish'>;
  readonly fault: PartsFaultLog;
  /** These could not be announced, and are not tried again by themselves. */
  readonly onFailed: (changes: PendingChanges) => void;
}

interface Lane {
  readonly part: string;
  readonly waiting: PendingChanges;
  running: Promise<void>;
}

interface Announced {
  readonly place: string;
  readonly kind: Kind;
  readonly at: number;
}

type Kind = 'moved' | 'events';

interface Failure {
  readonly kind: Kind;
  readonly failed: readonly (readonly EventId[])[];
  /** Nothing could be announced: what waits is not tried either. */
  readonly isAway: boolean;
  readonly error: AggregateError;
}

const EVENTS_AT_ONCE = 1_000;
/** Longer than processes take to learn that a slot has moved: they look four times a second. */
const FORMER_MS = 2_000;

export function createAnnouncements(options: AnnouncementsOptions): Announcements {
  const { cache, notifications, fault, onFailed } = options;
  const lanes = new Map<string, Lane>();
  /** By time. Empty where nothing ever moves. */
  const lately = new Map<EventId, Announced>();

  function laneOf(event: EventId): Lane {
    const part = cache.partOf(event);
    const known = lanes.get(part);
    if (known !== undefined) return known;
    const lane: Lane = { part, waiting: new PendingChanges(), running: Promise.resolve() };
    lanes.set(part, lane);
    // Only once all that is being added is there.
    lane.running = Promise.resolve().then(() => run(lane));
    return lane;
  }

  /** The lane ends in the very step in which it is found empty: what is added later has another. */
  async function run({ part, waiting }: Lane): Promise<void> {
    while (lanes.get(part)?.waiting === waiting) {
      // Entries of moved events go first: a body that is kept would be shown to its former owner.
      const kind = waiting.moved.size > 0 ? 'moved' : 'events';
      const some = takeSome(waiting[kind]);
      const groups = groupsOf(some, (event) => cache.placeOf(event));
      const { failed, error } = await tryEach(groups, (group) => announceGroup(kind, group));
      if (error === undefined) fault.worked(part);
      else setAside(part, waiting, { kind, failed, isAway: failed.length === groups.length, error });
      if (waiting.isEmpty()) lanes.delete(part);
    }
  }

  function setAside(part: string, waiting: PendingChanges, { kind, failed, isAway, error }: Failure): void {
    const changes = new PendingChanges();
    for (const event of failed.flat()) changes[kind].add(event);
    if (isAway) {
      changes.mergedWith(waiting.take('all'));
      lanes.delete(part);
    }
    fault.failed(part, error);
    onFailed(changes);
  }

  async function announceGroup(kind: Kind, events: readonly EventId[]): Promise<void> {
    const [first] = events;
    if (first === undefined) return;
    const place = cache.placeOf(first);
    if (kind === 'moved') await cache.remove(events);
    else {
      // The cache first: a subscriber that is notified may ask over REST next.
      await cache.drop(events);
      await notifications.publish(events);
    }
    if (cache.placeOf(first) !== place)
      throw new Error('The entries were moved while a change of them was announced.');
    if (cache.onMove !== undefined) remember(kind, events, place);
  }

  function remember(kind: Kind, events: readonly EventId[], place: string): void {
    const at = performance.now();
    for (const event of events) {
      lately.delete(event);
      lately.set(event, { kind, at, place });
    }
    for (const [event, announced] of lately) {
      if (announced.at > at - FORMER_MS) return;
      lately.delete(event);
    }
  }

  return {
    announce({ moved, events }) {
      for (const event of moved) laneOf(event).waiting.moved.add(event);
      for (const event of events) laneOf(event).waiting.events.add(event);
    },
    async settled() {
      while (lanes.size > 0) await Promise.all([...lanes.values()].map(({ running }) => running));
    },
    ofFormerPlaces() {
      const changes = new PendingChanges();
      const since = performance.now() - FORMER_MS;
      for (const [event, { place, kind, at }] of lately) {
        if (at < since || cache.placeOf(event) === place) continue;
        changes[kind].add(event);
        lately.delete(event);
      }
      return changes;
    },
  };
}

function takeSome(events: Set<EventId>): readonly EventId[] {
  const taken: EventId[] = [];
  for (const event of events) {
    if (taken.length === EVENTS_AT_ONCE) break;
    taken.push(event);
    events.delete(event);
  }
  return taken;
}
