import type { Partition } from './source';

/** A stretch of a partition's log that Kafka deleted before it was read. Offsets have holes: it may have held fewer messages. */
export interface LogGap extends Partition {
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  /** When the last record before it was written, as the broker has it; undefined where none was read. */
  readonly writtenAfter: Date | undefined;
  /** When the first record behind it was written; undefined where there is none. */
  readonly writtenBefore: Date | undefined;
}

/** A gap that was passed. Where no record stood behind it, it had been written before it was noticed. */
export interface RecordedGap extends LogGap {
  readonly writtenBefore: Date;
  readonly noticedAt: Date;
}

/** For the log and for programs; an instant that is not known is left out. */
export function gapDetail(gap: LogGap & Partial<Pick<RecordedGap, 'noticedAt'>>): object {
  return {
    ...{ topic: gap.topic, partition: gap.partition },
    firstOffset: Number(gap.firstOffset),
    lastOffset: Number(gap.lastOffset),
    writtenAfter: gap.writtenAfter?.toISOString(),
    writtenBefore: gap.writtenBefore?.toISOString(),
    noticedAt: gap.noticedAt?.toISOString(),
  };
}

/** For people, as one line: `topic/2: offsets 20 to 49, written between … and …`. */
export function describeGap(gap: LogGap): string {
  return `${gap.topic}/${gap.partition}: offsets ${gap.firstOffset} to ${gap.lastOffset}${writtenWhen(gap)}`;
}

function writtenWhen({ writtenAfter, writtenBefore }: LogGap): string {
  const [after, before] = [writtenAfter?.toISOString(), writtenBefore?.toISOString()];
  if (after !== undefined && before !== undefined) return `, written between ${after} and ${before}`;
  if (after !== undefined) return `, written after ${after}`;
  return before === undefined ? '' : `, written before ${before}`;
}
