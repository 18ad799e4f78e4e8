import type { RawMessage } from '../../harness/messages/topic-fixtures';
import type { MessageDraft } from './message-factory';

/** A message that was sent, and what is known of its place in the log. */
export interface Entry extends MessageDraft {
  /** When it was created, in milliseconds since 1970. */
  readonly at: number;
  /** Its offset; undefined until the broker has acknowledged it. */
  offset?: bigint;
  /** Whether the log contains it; unknown when the broker did not acknowledge it. */
  state: 'sending' | 'in the log' | 'unknown';
}

/** What was produced: the checks compare the service's data with it. */
export interface Ledger {
  readonly entries: readonly Entry[];
  add(draft: MessageDraft): Entry;
  /** Removes what the log lost before it was applied: it cannot be expected any more. */
  forget(isGone: (entry: Entry) => boolean): number;
  /** The messages that can be applied, of each topic in the order of sending. */
  valid(): RawMessage[];
  /** The marks of the messages that can never be applied: those that the log contains, and those that it may contain. */
  letters(): { readonly certain: readonly string[]; readonly possible: readonly string[] };
  /** The distinct participants of an event: the service must never count more. */
  participants(eventId: string): number;
}

export function createLedger(): Ledger {
  let entries: Entry[] = [];
  const people = new Map<string, Set<string>>();

  function count({ valid }: MessageDraft): void {
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
    add(draft) {
      const entry: Entry = { ...draft, at: Date.now(), state: 'sending' };
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
