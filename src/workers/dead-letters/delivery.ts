import type { Database } from '../../database/database';
import type { Letter } from '../../database/dead-letters/letter';
import { noteFailure, putOff } from '../../database/dead-letters/outbox';
import { markSent } from '../../database/dead-letters/sent';
import type { Logger } from '../../observability/log';
import type { DeadLetterTopic, OutgoingLetter, SendResult } from '../../messaging/source/dead-letter-topic';
import { pauseMs } from '../../runtime/backoff';
import { underItsOwnTimestamp, whole, withLess } from './outgoing-letter';

export interface DeliveryOptions {
  readonly database: Database;
  readonly target: DeadLetterTopic;
  readonly log: Logger;
  /** The partition of the dead-letter topic, and how far it is known. */
  readonly partition: number;
  readonly known: bigint;
  /** Whether the claim still keeps other processes from sending the same letters. */
  readonly mayBegin: () => boolean;
}

/** The dead-letter topic accepts no letter at the moment. */
export class NotDelivered extends Error {
  override readonly name = 'NotDelivered';

  /** @param isUnsure whether the broker may have them all the same, or may yet get them */
  constructor(
    topic: string,
    readonly isUnsure: boolean,
    cause: unknown,
  ) {
    super(`${topic} takes no letters: ${messageOf(cause)}`, { cause });
  }
}

/** Of a letter that cannot be sent, and of a topic of which none can. */
export const SENDING_BACKOFF = { firstMs: 1_000, longestMs: 5 * 60_000 };

/** The broker's errors about letters, rather than about its topic. */
const LETTER_ERRORS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'CORRUPT_MESSAGE',
]);

/**
 * Sends what was claimed: together, else one by one, else with less of each. One that the broker never accepts is
 * put off by itself.
 *
 * @throws NotDelivered when none can be sent at the moment; what was not is due again
 */
export async function deliver(options: DeliveryOptions, letters: readonly Letter[]): Promise<void> {
  const delivery = new Delivery(options, letters);
  try {
    await delivery.send(letters);
  } finally {
    await delivery.releaseUnsent();
  }
}

class Delivery {
  private readonly unsent: Set<Letter>;
  private known: bigint;
  private failure = '';

  constructor(
    private readonly options: DeliveryOptions,
    letters: readonly Letter[],
  ) {
    this.unsent = new Set(letters);
    this.known = options.known;
  }

  async send(letters: readonly Letter[]): Promise<void> {
    const [only] = letters;
    let error = await this.attempt(letters, letters.map(whole));
    if (error === undefined || only === undefined) return;
    if (letters.length > 1) {
      for (const letter of letters) await this.send([letter]);
      return;
    }
    for (const message of withLess(only)) {
      error = await this.attempt([only], [message]);
      if (error === undefined) return;
    }
    this.unsent.delete(only);
    await this.putOffAlone(only, messageOf(error));
  }

  private async putOffAlone(letter: Letter, failure: string): Promise<void> {
    const { database, log } = this.options;
    const { topic, partition, offset, attempts } = letter;
    if (letter.failure !== failure)
      log.warn({ topic, partition, offset: offset.toString(), failure }, 'a dead letter cannot be sent');
    await putOff(database, [letter], pauseMs(SENDING_BACKOFF, attempts), failure);
  }

  /** Releases the claim of letters that were not tried, after a failure of all of them. */
  async releaseUnsent(): Promise<void> {
    if (this.unsent.size > 0) await putOff(this.options.database, [...this.unsent], 0, this.failure);
  }

  /** @returns the broker's error about the letters; undefined when it has accepted them */
  private async attempt(letters: readonly Letter[], messages: readonly OutgoingLetter[]): Promise<unknown> {
    const result = await this.request(letters, messages);
    switch (result.kind) {
      case 'sent':
        for (const letter of letters) this.unsent.delete(letter);
        this.known = await markSent(this.options.database, letters, {
          partition: this.options.partition,
          known: this.known,
          firstOffset: result.firstOffset,
        });
        return undefined;
      case 'unknown':
        // The next sender looks for them in the topic first. The claim is kept, so that it does not look too early.
        for (const letter of letters) this.unsent.delete(letter);
        await noteFailure(this.options.database, letters, messageOf(result.error));
        throw this.notDelivered(true, result.error);
      case 'unsent':
        throw this.notDelivered(false, result.error);
      case 'refused':
        if (LETTER_ERRORS.has(result.type)) return result.error;
        throw this.notDelivered(false, result.error);
    }
  }

  private async request(
    letters: readonly Letter[],
    messages: readonly OutgoingLetter[],
  ): Promise<SendResult> {
    const { target, partition, mayBegin } = this.options;
    const result = await target.send(partition, messages, mayBegin);
    if (result.kind !== 'refused' || result.type !== 'INVALID_TIMESTAMP') return result;
    const dated = messages.map((message, place) => underItsOwnTimestamp(message, letters[place]!));
    return target.send(partition, dated, mayBegin);
  }

  private notDelivered(isUnsure: boolean, cause: unknown): NotDelivered {
    this.failure = messageOf(cause);
    return new NotDelivered(this.options.target.name, isUnsure, cause);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
