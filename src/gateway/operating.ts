import { holderOf } from '../auth/admission';
import { shownReader } from '../auth/readers';
import type { Viewer } from '../auth/viewer';
import type { Logger } from '../observability/log';
import type { Operating, ReplayResult } from '../resolvers/operating';
import { type OwnFiguresOptions, readOwnFigures } from './own-figures';

export interface OperatingOptions extends OwnFiguresOptions {
  /** Applies a dead letter again, as `npm run dead-letters -- replay` does; undefined where there is none of that number. */
  readonly replayLetter: (id: bigint) => Promise<ReplayResult | undefined>;
  readonly log: Logger;
}

/** What is done and shown to an admin is logged: by whom, as the metrics name readers, and to which letter. No value of a message is. */
export function createOperating({ replayLetter, log, ...figures }: OperatingOptions): Operating {
  const about = (id: bigint, viewer: Viewer) => ({
    letter: id.toString(),
    reader: shownReader(holderOf(viewer)),
  });
  return {
    figures: () => readOwnFigures(figures),
    async replay(id, viewer) {
      const result = await replayLetter(id);
      if (result !== undefined)
        log.info({ ...about(id, viewer), outcome: result.outcome }, 'a dead letter was replayed by an admin');
      return result;
    },
    noteShown: (id, viewer) => log.info(about(id, viewer), 'a dead letter was shown to an admin'),
  };
}
