import type { Sql } from '../database';
import { absent, absentFrom, type AbsentPositions } from './absent';

export interface DeadLetterTrace {
  /** As the broker knows it. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** Of key and value (record-digest.ts): in a log made anew another record may stand at the offset. */
  readonly digest: string;
}

export function absentDeadLetters(
  sql: Pick<Sql, 'query'>,
  traces: readonly DeadLetterTrace[],
): Promise<AbsentPositions> {
  return absent(
    sql,
    absentFrom(
      ['text', 'int', 'bigint', 'text'],
      ['topic', 'partition', '"offset"', 'digest'],
      `FROM dead_letters AS l
       WHERE l.topic = t.topic AND l.partition = t.partition AND l."offset" = t."offset" AND l.digest = t.digest`,
    ),
    traces.map(({ topic }) => topic),
    traces.map(({ partition }) => String(partition)),
    traces.map(({ offset }) => String(offset)),
    traces.map(({ digest }) => digest),
  );
}
