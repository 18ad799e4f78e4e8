import type { OutgoingMessage } from '../../messaging/sink/sink';
import { definition, distribution, measurements, participation } from './campaign';
import { createFaultInjector, type ScenarioMessage } from './faults';
import { DAY, HOUR, hourOf, activityAt } from './moments';
import type { Random } from './random';
import { salesOfDay, refund } from './sales';
import type { Shops, ShopEvent } from './shops';

export interface PlayOptions {
  readonly from: number;
  readonly until: number;
  /** Participants of all events, without duplicates. */
  readonly registrations: number;
}

/** At most this many measurements for each registration, and at most one an hour. */
const MEASUREMENTS_SHARE = 0.3;
const MEASUREMENT_HOURS = [1, 2, 3, 6, 12, 24, 48, 96];
const CLOSING_HOUR = 22;
const FAILED_SHARE = 0.04;
const CHANGED_SHARE = 0.2;
const REFUND_SHARE = 0.15;

/**
 * Yields the messages of the shops hour by hour, in the order of arrival: definitions, distributions, changed goals,
 * participants, views and sales. Some arrive late and some twice (see faults.ts). Nothing depends on the machine's clock.
 */
export function* play(random: Random, shops: Shops, options: PlayOptions): Generator<ScenarioMessage> {
  const { from, until, registrations } = options;
  const hours = Math.floor((until - from) / HOUR);
  const everyHours = measurementInterval(shops, options);
  const activity = activityOf(shops, from, hours);
  const injector = createFaultInjector(random);
  let registered = 0;
  let passed = 0;
  for (let hour = 0; hour < hours; hour++) {
    const at = from + hour * HOUR;
    yield* injector.arrivingAt(hour);
    const running = shops.events.filter((event) => isOn(event, at));
    for (const message of eventMessages(random, shops, at, hour === 0)) yield* injector.send(message, hour);
    for (const message of viewMessages(random, shops, at, hour % everyHours === 0))
      yield* injector.send(message, hour);
    for (const message of salesMessages(random, shops, at)) yield* injector.send(message, hour);

    passed += activity.at(hour);
    const due = Math.round((registrations * passed) / activity.total) - registered;
    const weighted = running.map((event) => [event, event.popularity] as const);
    for (let index = 0; index < due; index++) {
      const moment = at + Math.floor((index * HOUR) / due);
      for (const message of participation(random, random.pick(weighted), moment))
        yield* injector.send(message, hour);
    }
    registered += due;
  }
  yield* injector.remaining();
}

const isOn = ({ startAt, endAt }: ShopEvent, at: number): boolean => startAt <= at && at < endAt;

/** How active people are each hour, and in total: the curve of a day times the popularity of the running events. */
function activityOf(
  { events }: Shops,
  from: number,
  hours: number,
): { at(hour: number): number; total: number } {
  const byHour = Float64Array.from({ length: hours }, (_, hour) => {
    const at = from + hour * HOUR;
    return (
      events.reduce((sum, event) => (isOn(event, at) ? sum + event.popularity : sum), 0) * activityAt(at)
    );
  });
  return { at: (hour) => byHour[hour]!, total: byHour.reduce((sum, weight) => sum + weight, 0) };
}

/** The messages of the Event and the Distribution Service at this hour. */
function* eventMessages(
  random: Random,
  { events }: Shops,
  at: number,
  isFirst: boolean,
): Generator<OutgoingMessage> {
  for (const event of events) {
    const announcedAt = event.startAt - DAY;
    if (announcedAt === at || (isFirst && announcedAt < at)) {
      yield definition(random, event, announcedAt);
      yield distribution(random, event, announcedAt, () => 'PENDING');
    }
    if (event.startAt === at || (isFirst && event.startAt < at)) {
      yield distribution(random, event, event.startAt, () =>
        random.chance(FAILED_SHARE) ? 'FAILED' : 'SUCCESS',
      );
    }
    if (event.startAt + DAY === at && random.chance(CHANGED_SHARE)) {
      yield definition(random, { ...event, targetGoal: event.targetGoal * 2 }, at);
    }
  }
}

/** The views of the running events, when measurements are due, and of each event at its end. */
function* viewMessages(
  random: Random,
  { events }: Shops,
  at: number,
  isMeasured: boolean,
): Generator<OutgoingMessage> {
  for (const event of events) {
    const isDue = (isMeasured && isOn(event, at)) || event.endAt === at;
    if (isDue) yield* measurements(random, event, at);
  }
}

function* salesMessages(random: Random, { storeIds, events }: Shops, at: number): Generator<OutgoingMessage> {
  if (hourOf(at) !== CLOSING_HOUR) return;
  for (const storeId of storeIds) {
    const own = events.filter((event) => event.storeId === storeId);
    yield salesOfDay(random, storeId, at, own);
    if (random.chance(REFUND_SHARE)) yield refund(random, storeId, at);
  }
}

/** In hours: keeps the number of measurements in proportion to the participants. */
function measurementInterval({ events }: Shops, { from, until, registrations }: PlayOptions): number {
  const hourly = events.reduce((sum, { startAt, endAt, channels }) => {
    const hours = Math.max(0, Math.min(endAt, until) - Math.max(startAt, from)) / HOUR;
    return sum + hours * channels.length;
  }, 0);
  const fits = (hours: number): boolean => hourly / hours <= registrations * MEASUREMENTS_SHARE;
  return MEASUREMENT_HOURS.find(fits) ?? MEASUREMENT_HOURS.at(-1)!;
}
