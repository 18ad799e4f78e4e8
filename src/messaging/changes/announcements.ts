import type { AnnouncedTo } from '../../cache/cache';
import { groupsOf } from '../../cache/groups';
import type { EventId, StoreId } from '../../domain/values';
import type { PartsFaultLog } from '../../observability/fault-log';
import { tryEach } from '../../runtime/try-each';
import type { Notifications } from '../notifications/notifications';
import { type IdsOf, type Kind, KINDS, PendingChanges } from './pending-changes';

/** Announces the changes of events and stores, in a lane for each part of the cache: one that is away holds up no other. */
export interface Announcements {
  /** Neither fails nor waits. Of each event and store once, however often it is added before its turn. */
  announce(changes: Pick<PendingChanges, 'ids'>): void;
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
  readonly at: number;
}

type Announcers = { readonly [K in Kind]: (ids: IdsOf<K>) => Promise<void> };
type Lately = { readonly [K in Kind]: Map<IdsOf<K>[number], Announced> };

interface Failure<K extends Kind> {
  readonly kind: K;
  readonly failed: readonly IdsOf<K>[];
  /** Nothing could be announced: what waits is not tried either. */
  readonly isAway: boolean;
  readonly error: AggregateError;
}

const AT_ONCE = 1_000;
/** Longer than processes take to learn that a slot has moved: they look four times a second. */
const FORMER_MS = 2_000;

export function createAnnouncements(options: AnnouncementsOptions): Announcements {
  const { cache, notifications, fault, onFailed } = options;
  const lanes = new Map<string, Lane>();
  /** By time. Empty where nothing ever moves. */
  const lately: Lately = { moved: new Map(), events: new Map(), stores: new Map() };

  const announcers: Announcers = {
    moved: (events) => cache.remove(events),
    // The cache first: a subscriber that is notified may ask over REST next.
    async events(events) {
      await cache.drop(events);
      await notifications.publish(events.map((event) => ({ event })));
    },
    async stores(stores) {
      await cache.storeVersions.drop(stores);
      await notifications.publish(stores.map((store) => ({ store })));
    },
  };

  function laneOf(id: EventId | StoreId): Lane {
    const part = cache.partOf(id);
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
      // Each kind in turn: events that change all the time leave their stores some.
      for (const kind of KINDS) if (waiting.ids[kind].size > 0) await announceSome(part, waiting, kind);
      if (waiting.isEmpty() && lanes.get(part)?.waiting === waiting) lanes.delete(part);
    }
  }

  async function announceSome(part: string, waiting: PendingChanges, kind: Kind): Promise<void> {
    const groups = groupsOf(waiting.takeSome(kind, AT_ONCE), (id) => cache.placeOf(id));
    const { failed, error } = await tryEach(groups, (group) => announceGroup(kind, group));
    if (error === undefined) fault.worked(part);
    else setAside(part, waiting, { kind, failed, isAway: failed.length === groups.length, error });
  }

  function setAside<K extends Kind>(
    part: string,
    waiting: PendingChanges,
    { kind, failed, isAway, error }: Failure<K>,
  ): void {
    const changes = new PendingChanges();
    changes.add(kind, failed.flat());
    if (isAway) {
      changes.mergedWith(waiting.take('all'));
      lanes.delete(part);
    }
    fault.failed(part, error);
    onFailed(changes);
  }

  async function announceGroup<K extends Kind>(kind: K, ids: IdsOf<K>): Promise<void> {
    const [first] = ids;
    if (first === undefined) return;
    const place = cache.placeOf(first);
    await announcers[kind](ids);
    if (cache.placeOf(first) !== place)
      throw new Error('The entries were moved while a change of them was announced.');
    if (cache.onMove !== undefined) remember(kind, ids, place);
  }

  function remember<K extends Kind>(kind: K, ids: IdsOf<K>, place: string): void {
    const at = performance.now();
    const ofKind = lately[kind];
    for (const id of ids) {
      ofKind.delete(id);
      ofKind.set(id, { at, place });
    }
    for (const [id, announced] of ofKind) {
      if (announced.at > at - FORMER_MS) return;
      ofKind.delete(id);
    }
  }

  function takeFormer<K extends Kind>(kind: K): IdsOf<K> {
    const since = performance.now() - FORMER_MS;
    const ofKind = lately[kind];
    const former = [...ofKind].filter(([id, { at, place }]) => at >= since && cache.placeOf(id) !== place);
    for (const [id] of former) ofKind.delete(id);
    return former.map(([id]) => id);
  }

  return {
    announce({ ids }) {
      const add = <K extends Kind>(kind: K, ofKind: Iterable<IdsOf<K>[number]>): void => {
        for (const id of ofKind) laneOf(id).waiting.include(kind, [id]);
      };
      for (const kind of KINDS) add(kind, ids[kind]);
    },
    async settled() {
      while (lanes.size > 0) await Promise.all([...lanes.values()].map(({ running }) => running));
    },
    ofFormerPlaces() {
      const changes = new PendingChanges();
      for (const kind of KINDS) changes.add(kind, takeFormer(kind));
      return changes;
    },
  };
}
