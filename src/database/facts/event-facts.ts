import type { Moment } from '../../domain/calendar';
import type {
  ChannelFacts,
  ComparableFacts,
  HourFacts,
  ProfileFacts,
  SalesFacts,
  ViewsAtClose,
} from '../../domain/facts';
import type { PastFigures } from '../../domain/comparison';
import { bestOf } from '../../domain/history';
import { salesFacts } from '../../domain/sales-days';
import { registeredToday } from '../../domain/summary';
import type { Count } from '../../domain/values';
import type { EventRecord } from '../events';
import { read } from './columns';
import {
  type IndustryAnswer,
  toChannels,
  toHours,
  toIndustry,
  toPastFigures,
  toProfile,
  toSalesDays,
  toViewsAtClose,
} from './decode';
import { bitOf, covers, FACT_KINDS, type FactKind, type FactKinds } from './kinds';
import type { StoreHistory } from './store-history';

/** What was read of one event, each kind of facts made of its text when a formula asks for it, and once. */
export class EventReading implements ComparableFacts {
  readonly #made = new Map<FactKind, unknown>();

  constructor(
    readonly event: EventRecord,
    readonly kinds: FactKinds,
    private readonly parts: readonly unknown[],
    private readonly moment: Moment,
    private readonly ofStore: StoreHistory | undefined,
  ) {}

  get counts(): EventRecord['counts'] {
    return this.event.counts;
  }

  /** Every channel known, in no particular order. */
  get channels(): readonly ChannelFacts[] {
    return this.#once('channels', toChannels);
  }

  /** The latest measurement of each channel from before today began. */
  get viewsAtClose(): readonly ViewsAtClose[] {
    return this.#once('viewsAtClose', toViewsAtClose);
  }

  /** The hours that have registrations, in order. */
  get hours(): readonly HourFacts[] {
    return this.#once('hours', toHours);
  }

  /** How many have registered since today began: of an event whose hours are read, these tell. */
  get registeredToday(): Count {
    if (covers(this.kinds, bitOf('hours')))
      return registeredToday(this.hours, this.moment.calendar, this.moment.now);
    return this.#once('registeredToday', read.count);
  }

  get profile(): ProfileFacts {
    return this.#once('profile', toProfile);
  }

  get sales(): SalesFacts {
    const { calendar, now } = this.moment;
    return this.#once('sales', (part) => salesFacts(this.event, toSalesDays(part), calendar, now));
  }

  get industry(): IndustryAnswer {
    return this.#once('industry', toIndustry);
  }

  /** The best of each figure among the earlier events of its store, settled or not; null without any. */
  async bestBefore(yieldToLoop: () => Promise<void>): Promise<PastFigures | null> {
    const settled = this.#once('history', toPastFigures);
    return bestOf(settled, (await this.ofStore?.made(yieldToLoop))?.bestBefore(this.event.startAt) ?? null);
  }

  #once<Facts>(kind: FactKind, make: (part: unknown) => Facts): Facts {
    if (!covers(this.kinds, bitOf(kind))) throw notRead(kind);
    if (!this.#made.has(kind)) this.#made.set(kind, make(this.parts[FACT_KINDS.indexOf(kind)]));
    // What was kept under a kind was made by the one maker of that kind.
    return this.#made.get(kind) as Facts;
  }
}

function notRead(kind: FactKind): Error {
  return new Error(
    `The ${kind} of an event were not read: a field that computes from them has to say so (@Needs).`,
  );
}
