import type { Database } from '../../database/database';
import {
  deleteSealedLetters,
  FIRST_SENT,
  noteLettersLeave,
} from '../../database/dead-letters/sealed-letters';
import { DAY_IN_MS } from '../../domain/days';
import type { Instant } from '../../domain/values';
import { pieceByPiece, type Pieces } from './piece-by-piece';

/** So many leave in one transaction; each may be a megabyte. */
const LETTERS_PER_PIECE = 1_000;

export interface LettersLeaving extends Pieces {
  readonly database: Pick<Database, 'execute' | 'transaction'>;
  readonly now: () => Instant;
  /** RETENTION_DAYS: so long a letter is kept once it is sent. */
  readonly days: number;
}

/**
 * Has the dead letters leave that came for what is sealed, piece by piece: an old log that is sent anew would else leave more here than has
 * left. Those that their topic gives back, behind a database that went back, leave the next time.
 */
export async function haveLettersLeave(options: LettersLeaving): Promise<void> {
  const { database, now, days } = options;
  const sentBefore = (now() - days * DAY_IN_MS) as Instant;
  if (!(await noteLettersLeave(database, sentBefore))) return;
  let from: Instant | undefined = FIRST_SENT;
  await pieceByPiece(options, async () => {
    from = await database.transaction((sql) =>
      deleteSealedLetters(sql, { from: from!, sentBefore }, LETTERS_PER_PIECE),
    );
    return from !== undefined;
  });
}
