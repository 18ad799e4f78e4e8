import { openChanges } from '../../composition/changes';
import { openReplays } from '../../composition/replays';
import type { CommandConfig } from '../../config';
import { createLifecycle } from '../../lifecycle';
import type { Database } from '../../database/database';
import { createLogger } from '../../observability/log';
import { type Replayed, replayLetters } from '../../workers/dead-letters/replay';
import type { Wanted } from '../../database/dead-letters/stored-letters';

export interface ReplayTally {
  readonly all: number;
  readonly applied: number;
  readonly unchanged: number;
  readonly rejected: number;
}

/** Replays letters and publishes their changes, as a worker does. An abort ends it between two letters. */
export async function replay(
  { service: config }: CommandConfig,
  database: Database,
  wanted: Wanted,
  onReplayed: (line: string) => void,
  signal: AbortSignal,
): Promise<ReplayTally> {
  const log = createLogger({ level: config.logLevel, destination: process.stderr });
  const lifecycle = createLifecycle({ timeoutMs: config.shutdownTimeoutMs, log });
  const tally = { all: 0, applied: 0, unchanged: 0, rejected: 0 };
  try {
    const { clock } = database;
    const { changes: changePublisher } = await openChanges(config, { lifecycle, log }, { database, clock });
    const options = openReplays(config, { database, changePublisher, clock });
    for await (const replayed of replayLetters(options, wanted)) {
      tally.all += 1;
      tally[COUNTED_AS[replayed.outcome.kind]] += 1;
      onReplayed(`${replayed.letter.id}  ${describe(replayed)}`);
      if (signal.aborted) break;
    }
  } finally {
    await lifecycle.stop();
  }
  return tally;
}

const COUNTED_AS = {
  applied: 'applied',
  duplicate: 'unchanged',
  skipped: 'unchanged',
  rejected: 'rejected',
  foreign: 'rejected',
  erased: 'rejected',
} as const;

function describe({ letter, outcome }: Replayed): string {
  switch (outcome.kind) {
    case 'applied':
      return 'applied';
    case 'duplicate':
    case 'skipped':
      return 'changed nothing: it had been applied already';
    case 'rejected':
      return `still rejected: ${outcome.reason}`;
    case 'erased':
      return 'not replayed: it held somebody who was erased, and its message was taken out';
    case 'foreign':
      return `not replayed: the service does not read ${letter.topic} (KAFKA_TOPIC_PREFIX says what its topics begin with)`;
  }
}
