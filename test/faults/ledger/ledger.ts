import type { RawMessage } from '../../harness/oracle/raw-messages';
import type { Told } from './story';

/** A message that was sent, and what is known of its way into the log. */
export interface Entry extends Told {
  /** When it was made up, in milliseconds since 1970. */
  readonly at: number;
  /** Where the broker says that it lies; undefined while it has not said so. */
  offset?: bigint;
  /** Whether the log holds it: no while it is on its way, and for what nobody knows the outcome of. */
  state: 'sending' | 'in the log' | 'unknown';
}

/** What was produced: everything that a fault is judged against. */
export interface Ledger {
  readonly entries: readonly Entry[];
  add(told: Told): Entry;
  /** What the log lost before anybody had applied it cannot be asked for any more. */
  forget(isGone: (entry: Entry) => boolean): number;
  /** What can be applied, each topic's in the order it was sent. */
  valid(): RawMessage[];
  /** The marks of what can never be applied: those the log holds, and those that it may hold. */
  letters(): { readonly certain: readonly string[]; readonly possible: readonly string[] };
  /** How many different people the entries name for an event: no more than so many may ever be counted. */
  participants(eventId: string): number;
}

export function createLedger(): Ledger {
  let entries: Entry[] = [];
  const people = new Map<string, Set<string>>();

  function count({ valid }: Told): void {
    if (valid?.topic !== 'participant.registered') return;
    const { eventId, participantId } = valid.value;
    const known = people.get(eventId) ?? new Set();
    people.set(eventId, known.add(participantId));
  }

  const marks = (state: Entry['state']): string[] =>
    entries.flatMap((entry) => (entry.mark !== undefined && entry.state === state ? [entry.mark] : []));

  return {
    get entries() {
      return entries;
    },
    add(told) {
      const entry: Entry = { ...told, at: Date.now(), state: 'sending' };
      entries.push(entry);
      count(entry);
      return entry;
    },
    forget(isGone) {
      const before = entries.length;
      entries = entries.filter((entry) => !isGone(entry));
      people.clear();
      entries.forEach(count);
      return before - entries.length;
    },
    valid: () => entries.flatMap(({ valid, state }) => (valid && state === 'in the log' ? [valid] : [])),
    letters: () => ({ certain: marks('in the log'), possible: marks('unknown') }),
    participants: (eventId) => people.get(eventId)?.size ?? 0,
  };
}
