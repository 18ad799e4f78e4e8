import type { Config } from '../config';
import { createBusinessCalendar } from '../domain/calendar';
import type { Database } from '../database/database';
import { findLetter, type WholeLetter } from '../database/dead-letters/stored-letters';
import type { ChangePublisher } from '../messaging/changes/change-publisher';
import type { ReplayResult } from '../resolvers/operating';
import type { Clock } from '../runtime/clock';
import { type Replayed, replayLetters, type ReplayOptions } from '../workers/dead-letters/replay';
import { createMessageReader } from '../workers/messages/shapes/reader';
import { digestsOf, PrivacyKeyMismatch } from '../workers/projections/person-digests';
import { createProjections } from '../workers/projections/registry';

export interface ReplayParts {
  readonly database: Database;
  readonly changePublisher: ChangePublisher;
  readonly clock: Clock;
}

/** What letters are replayed by: projections, shapes and keys as a worker of this configuration has them. */
export function openReplays(
  config: Config,
  { database, changePublisher, clock }: ReplayParts,
): ReplayOptions {
  const { topicPrefix, messageShapes, businessTimeZone } = config;
  const digests = digestsOf(config);
  return {
    // On the connections for background work: those for readers stay free.
    database: { ...database, ...database.background },
    projections: createProjections(createBusinessCalendar(businessTimeZone), digests),
    readMessage: createMessageReader(messageShapes),
    digests,
    changePublisher,
    clock,
    topicPrefix,
  };
}

/**
 * Replays single letters, for those who ask for it over GraphQL; one after another, since the process may have one connection for such work.
 *
 * @returns undefined where there is none of that number
 */
export function createReplaying(
  config: Config,
  parts: ReplayParts,
): (id: bigint) => Promise<ReplayResult | undefined> {
  const options = openReplays(config, parts);
  let earlier: Promise<unknown> = Promise.resolve();
  return (id) => {
    const replayed = earlier.then(() => replayOne(options, id));
    earlier = replayed.catch(() => undefined);
    return replayed;
  };
}

async function replayOne(options: ReplayOptions, id: bigint): Promise<ReplayResult | undefined> {
  const letter = await findLetter(options.database, id);
  if (letter === undefined) return undefined;
  if (asksForErasure(letter, options)) return { outcome: 'BY_COMMAND' };
  try {
    for await (const replayed of replayLetters(options, { ids: [id] })) return toResult(replayed);
    return undefined;
  } catch (error) {
    // Nothing was applied: it can be done by a process that has the key.
    if (error instanceof PrivacyKeyMismatch) return { outcome: 'KEY_MISSING', reason: error.message };
    throw error;
  }
}

/** All that is kept of a person is looked for then, in every dead letter too: that takes longer than an operation may. */
const asksForErasure = ({ topic, erasedAt }: WholeLetter, { topicPrefix }: ReplayOptions): boolean =>
  erasedAt === null && topic === `${topicPrefix}participant.erased`;

const OUTCOMES = {
  applied: 'APPLIED',
  duplicate: 'UNCHANGED',
  skipped: 'UNCHANGED',
  rejected: 'REJECTED',
  foreign: 'FOREIGN',
  erased: 'ERASED',
} as const;

function toResult({ outcome }: Replayed): ReplayResult {
  return {
    outcome: OUTCOMES[outcome.kind],
    reason: outcome.kind === 'rejected' ? outcome.reason : undefined,
  };
}
