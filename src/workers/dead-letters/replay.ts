import { setTimeout as sleep } from 'node:timers/promises';
import { type Letter, sentHeaders } from '../../database/dead-letters/letter';
import { markReplayed, nextLetter, type Wanted } from '../../database/dead-letters/stored-letters';
import type { ChangePublisher } from '../../messaging/changes/change-publisher';
import type { BatchResult, Outcome } from '../../messaging/source/source';
import { type BatchApplierOptions, createBatchApplier } from '../apply-batch';
import { isTopic } from '../messages/topics';
import { PrivacyKeyMismatch } from '../projections/person-digests';

/** After it a failed attempt is made once more: two that each wait for a lock take less than an operation may. */
const PAUSE_MS = 250;

export interface ReplayOptions extends BatchApplierOptions {
  /** Put before every topic's name. */
  readonly topicPrefix: string;
}

/** A letter, and the outcome of its message now. */
export interface Replayed {
  readonly letter: Letter;
  /** Foreign: of a topic that this service does not read, under this prefix. Erased: there is nothing left of its message. */
  readonly outcome: Outcome | { readonly kind: 'foreign' | 'erased' };
}

/**
 * Parses dead letters and applies them by the projections again, one after another in the order in which they were
 * written. A message that counts already changes nothing, so that it does not matter how often this is done.
 */
export async function* replayLetters(options: ReplayOptions, wanted: Wanted): AsyncGenerator<Replayed> {
  const { database } = options;
  const replay = createReplay(options);
  let after = 0n;
  for (;;) {
    const letter = await nextLetter(database, wanted, after);
    if (letter === undefined) return;
    after = letter.id;
    const outcome = await replay(letter);
    if (outcome.kind === 'applied' || outcome.kind === 'duplicate') await markReplayed(database, letter);
    yield { letter, outcome };
  }
}

function createReplay(options: ReplayOptions): (letter: Letter) => Promise<Replayed['outcome']> {
  const { topicPrefix } = options;
  const begin = createBatchApplier(options);
  return async ({ topic: named, offset, key, value, headers, isErased }) => {
    if (isErased) return { kind: 'erased' };
    const topic = named.slice(topicPrefix.length);
    if (!named.startsWith(topicPrefix) || !isTopic(topic)) return { kind: 'foreign' };
    const attempt = begin({
      topic,
      messages: [{ offset, key, value, headers: sentHeaders(headers) }],
      keepAlive: () => Promise.resolve(),
    });
    const result = await untilDone(attempt, options.changePublisher);
    const [outcome] = result.kind === 'done' ? result.outcomes : [];
    if (outcome === undefined) throw new Error('A batch without a position must be dealt with at once.');
    return outcome;
  };
}

/**
 * A failed attempt may have committed without an answer: the next one finds out and publishes it. Where that fails as well, who asked
 * may ask anew, and all that is cached is told to be out of date.
 */
async function untilDone(
  attempt: () => Promise<BatchResult>,
  changePublisher: Pick<ChangePublisher, 'publishFullChange'>,
): Promise<BatchResult> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof PrivacyKeyMismatch) throw error;
  }
  await sleep(PAUSE_MS);
  try {
    return await attempt();
  } catch (error) {
    changePublisher.publishFullChange();
    throw error;
  }
}
