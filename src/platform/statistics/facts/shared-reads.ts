import type { Instant } from '../../../schema/values';
import type { Sql } from '../../database/database';
import type { EventReading } from './event-facts';
import { bitOf, covers } from './kinds';
import { type FactsAsked, type ReadFacts, readFactsOver, readTogether, startOfDay } from './read-facts';

/** Whose statement takes longer than others should wait for. */
const MOST_EVENTS = 4;
/** So many operations share a statement at the most. */
const MOST_SHARING = 64;

interface Waiting {
  readonly asked: FactsAsked;
  readonly resolve: (readings: (EventReading | null)[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads for all operations of the process: those that ask for little in the same turn of the event loop share one
 * statement, each getting its own events out of it. A statement costs both ends the same whatever it reads: at sixteen
 * requests side by side for one section this is a third of the processor time.
 */
export function createSharedReads(sql: Sql): ReadFacts {
  const alone = readFactsOver(sql);
  let waiting: Waiting[] = [];

  function flush(): void {
    const all = waiting;
    waiting = [];
    for (const sharing of ofOneDay(all)) void answer(sql, sharing);
  }

  return (asked) => {
    if (!isLight(asked)) return alone(asked);
    return new Promise((resolve, reject) => {
      waiting.push({ asked, resolve, reject });
      if (waiting.length === 1) setImmediate(flush);
      else if (waiting.length >= MOST_SHARING) flush();
    });
  };
}

function isLight({ wanted }: FactsAsked): boolean {
  return wanted.length <= MOST_EVENTS && !wanted.some(({ kinds }) => covers(kinds, bitOf('history')));
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
    for (const { reject } of sharing) reject(error);
  }
}
