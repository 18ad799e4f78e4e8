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

/**
 * What is done and shown to an admin is logged, whatever LOG_LEVEL leaves out: by whom, as the metrics name readers, and to which letter.
 * No value of a message is.
 */
export function createOperating({ replayLetter, log: ofProcess, ...figures }: OperatingOptions): Operating {
  const log = ofProcess.child({}, { level: 'info' });
  const about = (id: bigint, viewer: Viewer) => ({
    letter: id.toString(),
    reader: shownReader(holderOf(viewer)),
  });
  return {
    figures: () => readOwnFigures(figures),
    async replay(id, viewer) {
      const asked = about(id, viewer);
      // Ahead of it: a process that ends on the way has said who asked.
      log.info(asked, 'a dead letter is replayed for an admin');
      try {
        const result = await replayLetter(id);
        const outcome = result?.outcome ?? 'NOT_FOUND';
        log.info({ ...asked, outcome }, 'a dead letter was replayed for an admin');
        return result;
      } catch (err) {
        log.error({ ...asked, err }, 'a dead letter could not be replayed for an admin');
        throw err;
      }
    },
    noteShown: (id, viewer) => log.info(about(id, viewer), 'a dead letter was shown to an admin'),
  };
}
