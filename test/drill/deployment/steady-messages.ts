import { setTimeout as pause } from 'node:timers/promises';
import type { MessageDraft } from '../../faults/ledger/message-factory';
import type { Traffic } from '../../faults/ledger/traffic';

/** Messages of all topics, all of which can be applied, one a second from the first `resume` on. */
export interface SteadyMessages {
  /** How senders write a message from now on. */
  writtenAs(write: (draft: MessageDraft) => Buffer): void;
  /** Resolves when all that was sent is in the log, and sends nothing until `resume`. */
  pause(): Promise<void>;
  resume(): void;
  close(): Promise<void>;
}

const TURN_MS = 1_000;

const isTrue = (): boolean => true;
const isFalse = (): boolean => false;

export function startSteadyMessages(traffic: Traffic): SteadyMessages {
  let write = (draft: MessageDraft): Buffer => draft.value;
  const closing = new AbortController();
  const state = { isPaused: true };
  let turn: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    const draft = traffic.factory.valid();
    const written = [{ ...draft, value: write(draft) }];
    // Where the broker is away for minutes, it is given up, and may be in the log all the same: sent once more, it counts once.
    const isInLog = (): Promise<boolean> => traffic.send(written).then(isTrue, isFalse);
    while (!(await isInLog()) && !closing.signal.aborted) await pause(TURN_MS);
  }

  const sending = (async () => {
    while (!closing.signal.aborted) {
      if (!state.isPaused) await (turn = send());
      await pause(TURN_MS);
    }
  })();

  return {
    writtenAs: (other) => void (write = other),
    async pause() {
      state.isPaused = true;
      await turn;
    },
    resume: () => void (state.isPaused = false),
    async close() {
      closing.abort();
      await traffic.close();
      await sending;
    },
  };
}
