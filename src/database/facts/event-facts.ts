import type { Moment } from '../../domain/calendar';
import type { ChannelFacts, ComparableFacts, SalesFacts } from '../../domain/facts';
import type { PastFigures } from '../../domain/comparison';
import { bestOf } from '../../domain/history';
import { registeredToday } from '../../domain/summary';
import type { Count } from '../../domain/values';
import type { EventRecord } from '../events';
import {
  bitOf,
  covers,
  FACT_KINDS,
  FACT_SOURCES,
  type FactKind,
  type FactKinds,
  type FactsOf,
} from './kinds';
import type { StoreHistory } from './store-history';

/** The kinds that are told by their own part alone: the other two are made of more. */
type LoneKind = Exclude<FactKind, 'registeredToday' | 'history'>;

/** What was read of one event, each kind of facts made of its text when a formula asks for it, and once. */
export class EventReading implements ComparableFacts {
  readonly #made = new Map<FactKind, unknown>();

  constructor(
    readonly event: EventRecord,
    readonly kinds: FactKinds,
    private readonly parts: readonly unknown[],
    readonly moment: Moment,
    private readonly ofStore: StoreHistory | undefined,
  ) {}

  get counts(): EventRecord['counts'] {
    return this.event.counts;
  }

  get channels(): readonly ChannelFacts[] {
    return this.of('channels');
  }

  get sales(): SalesFacts {
    return this.of('sales');
  }

  /** @throws when they were not read */
  of<Kind extends LoneKind>(kind: Kind): FactsOf<Kind> {
    return this.#once(kind);
  }

  /** How many have registered since today began: of an event whose hours are read, these tell. */
  get registeredToday(): Count {
    if (covers(this.kinds, bitOf('hours')))
      return registeredToday(this.of('hours'), this.moment.calendar, this.moment.now);
    return this.#once('registeredToday');
  }

  /** The best of each figure among the earlier events of its store, settled or not; null without any. */
  async bestBefore(yieldToLoop: () => Promise<void>): Promise<PastFigures | null> {
    const settled = this.#once('history');
    return bestOf(settled, (await this.ofStore?.made(yieldToLoop))?.bestBefore(this.event.startAt) ?? null);
  }

  #once<Kind extends FactKind>(kind: Kind): FactsOf<Kind> {
    if (!covers(this.kinds, bitOf(kind))) throw notRead(kind);
    if (!this.#made.has(kind))
      this.#made.set(kind, FACT_SOURCES[kind].decode(this.parts[FACT_KINDS.indexOf(kind)], this));
    // What was kept under a kind was decoded by its own source.
    return this.#made.get(kind) as FactsOf<Kind>;
  }
}

function notRead(kind: FactKind): Error {
  return new Error(
    `The ${kind} of an event were not read: a field that computes from them has to say so (@Needs).`,
  );
}
