import type { Instant } from '../../domain/values';
import type { Sql } from '../database';
import { currentPlace, runInSpan } from '../../observability/traces/current-span';
import { isDatabaseUnavailable } from '../unavailable';
import { createLoneHolder } from '../../runtime/lone-holder';
import type { EventReading } from './event-facts';
import { createHolderBulkhead } from './holder-bulkhead';
import { bitOf, covers } from './kinds';
import { type FactsAsked, type ReadFacts, readFactsOver, readTogether, startOfDay } from './read-facts';

/** Whose statement takes longer than others should wait for. */
const MOST_EVENTS = 4;
/**
 * Of the stores that a reader knows, each is looked up in the industry of each event: 64 readers of 400 stores each would
 * all wait for 1.3 seconds, of which a lone one needs a hundredth.
 */
const MOST_STORES = 16;
/** So many operations share a statement at the most. */
const MOST_SHARING = 64;
/** So many statements are under way before the next is held back, to be shared by the readers that come until then. */
const MOST_UNDER_WAY = 3;
/** A statement that takes longer, in milliseconds, is blocked by something else: the next ones do not wait for it. */
const COUNTS_MS = 4;

/**
 * So many statements that take longer are under way for one holder, and so many of those for many events. More are not done
 * any sooner, and PostgreSQL gives each the same share of its processors: a holder that asks for one thing would wait for all
 * that another asks for at once.
 */
const MOST_OF_ONE = 2;
const MOST_FOR_MANY = 1;
/** While no other holder asks: with one statement, this process is idle while PostgreSQL works (an eighth of its time). */
const MOST_FOR_MANY_ALONE = 2;

/**
 * @param gone aborted when no reader waits any more: what has not begun by then is not begun
 * @returns how one holder, a token or a store, reads
 */
export type ReadsOf = (holder: string, gone?: AbortSignal) => ReadFacts;

interface Waiting {
  readonly asked: FactsAsked;
  readonly resolve: (readings: (EventReading | null)[]) => void;
  readonly reject: (error: unknown) => void;
  /** The trace that it asks in: the statement is asked when another's has been answered. */
  readonly place: ReturnType<typeof currentPlace>;
}

/**
 * Reads for all operations of the process: those that ask for little in the same iteration of the event loop, or while other
 * such statements are under way, share one, each getting its own events out of it. A statement costs both ends the same
 * whatever it reads: at sixteen requests side by side for one section this is a third of the processor time. One that
 * fails is asked anew for each of them, unless it is the database that is away.
 */
export function createSharedReads(sql: Sql, elapsed = (): number => performance.now()): ReadsOf {
  const alone = readFactsOver(sql);
  const loneHolder = createLoneHolder(elapsed);
  const longs = createHolderBulkhead(() => MOST_OF_ONE);
  const forMany = createHolderBulkhead(() => (loneHolder.isAlone() ? MOST_FOR_MANY_ALONE : MOST_FOR_MANY));
  const waiting: Waiting[] = [];
  let underWay = 0;
  let isDue = false;

  function goOn(): void {
    if (isDue || waiting.length === 0 || underWay >= MOST_UNDER_WAY) return;
    isDue = true;
    setImmediate(flush);
  }

  function flush(): void {
    isDue = false;
    const all = waiting.splice(0, MOST_SHARING);
    for (const sharing of ofOneDay(all)) void send(sharing);
    goOn();
  }

  async function send(sharing: readonly Waiting[]): Promise<void> {
    underWay += 1;
    let counts = true;
    const makeRoom = (): void => {
      if (counts) underWay -= 1;
      counts = false;
      goOn();
    };
    const timer = setTimeout(makeRoom, COUNTS_MS);
    // One statement has one place: those who share it find it in the trace of the first.
    await runInSpan(placeOf(sharing), () => answer(sql, sharing));
    clearTimeout(timer);
    makeRoom();
  }

  return (holder, gone) => (asked) => {
    const readAlone = async (): Promise<(EventReading | null)[]> => {
      gone?.throwIfAborted();
      return alone(asked);
    };
    loneHolder.asks(holder);
    if (asked.wanted.length > MOST_EVENTS) return forMany(holder, readAlone);
    // Over several shards readers have little to share: each event is looked up in its own.
    if (sql.isDistributed || !isLight(asked)) return longs(holder, readAlone);
    return new Promise((resolve, reject) => {
      waiting.push({ asked, resolve, reject, place: currentPlace() });
      goOn();
    });
  };
}

function placeOf(sharing: readonly Waiting[]): Waiting['place'] {
  const [first] = sharing;
  return sharing.length === 1
    ? first?.place
    : (sharing.find(({ place }) => typeof place === 'object') ?? first)?.place;
}

function isLight({ wanted, readFor: { stores, audience } }: FactsAsked): boolean {
  return (
    Math.max(stores?.size ?? 0, audience.size) <= MOST_STORES &&
    !wanted.some(({ kinds }) => covers(kinds, bitOf('history')))
  );
}

/** At midnight some may ask of the new day already. */
function ofOneDay(all: readonly Waiting[]): Iterable<readonly Waiting[]> {
  const days = new Map<Instant, Waiting[]>();
  for (const each of all) {
    const day = startOfDay(each.asked.moment);
    const others = days.get(day);
    if (others === undefined) days.set(day, [each]);
    else others.push(each);
  }
  return days.values();
}

async function answer(sql: Sql, sharing: readonly Waiting[]): Promise<void> {
  try {
    const readings = await readTogether(
      sql,
      sharing.map(({ asked }) => asked),
    );
    sharing.forEach(({ resolve }, place) => resolve(readings[place]!));
  } catch (error) {
    // What cannot be read of one reader's events is not to fail those of the others.
    if (sharing.length > 1 && !isDatabaseUnavailable(error))
      await Promise.all(sharing.map((each) => answer(sql, [each])));
    else for (const { reject } of sharing) reject(error);
  }
}
