import type { OutgoingMessage } from '../../messaging/sink/sink';
import { definition, distribution, measurements, registration } from './campaign';
import { createRoad, type PlayedMessage } from './mishaps';
import { DAY, HOUR, hourOf, liveliness } from './moments';
import type { Random } from './random';
import { dayOfSales, refund } from './takings';
import type { Town, TownEvent } from './town';

export interface PlayOptions {
  readonly from: number;
  readonly until: number;
  /** How many people take part, over all events; those that arrive again are not counted. */
  readonly registrations: number;
}

/** At most so many measurements for each registration, or hourly, whichever is less. */
const MEASUREMENTS_SHARE = 0.3;
const MEASUREMENT_HOURS = [1, 2, 3, 6, 12, 24, 48, 96];
const CLOSING_HOUR = 22;
const FAILED_SHARE = 0.04;
const CHANGED_SHARE = 0.2;
const REFUND_SHARE = 0.15;

/**
 * Plays a town hour by hour: events are announced, distributed, begin, change their goals and end, people take part when
 * people are about, views grow, stores close their day. In the order in which the messages arrive, which for some is
 * late and for some a second time (see mishaps.ts). Nothing here depends on the machine's clock.
 */
export function* play(random: Random, town: Town, options: PlayOptions): Generator<PlayedMessage> {
  const { from, until, registrations } = options;
  const hours = Math.floor((until - from) / HOUR);
  const everyHours = measurementInterval(town, options);
  const crowd = crowdOf(town, from, hours);
  const road = createRoad(random);
  let registered = 0;
  let passed = 0;
  for (let hour = 0; hour < hours; hour++) {
    const at = from + hour * HOUR;
    yield* road.arrivingAt(hour);
    const running = town.events.filter((event) => isOn(event, at));
    for (const message of officials(random, town, at, hour === 0)) yield* road.set(message, hour);
    for (const message of looks(random, town, at, hour % everyHours === 0)) yield* road.set(message, hour);
    for (const message of tills(random, town, at)) yield* road.set(message, hour);

    passed += crowd.at(hour);
    const due = Math.round((registrations * passed) / crowd.total) - registered;
    const liked = running.map((event) => [event, event.popularity] as const);
    for (let turn = 0; turn < due; turn++) {
      const moment = at + Math.floor((turn * HOUR) / due);
      yield* road.set(registration(random, random.pick(liked), moment), hour);
    }
    registered += due;
  }
  yield* road.rest();
}

const isOn = ({ startAt, endAt }: TownEvent, at: number): boolean => startAt <= at && at < endAt;

/** How many people are about each hour, and altogether: the day's curve times what there is to take part in. */
function crowdOf({ events }: Town, from: number, hours: number): { at(hour: number): number; total: number } {
  const about = Float64Array.from({ length: hours }, (_, hour) => {
    const at = from + hour * HOUR;
    return (
      events.reduce((sum, event) => (isOn(event, at) ? sum + event.popularity : sum), 0) * liveliness(at)
    );
  });
  return { at: (hour) => about[hour]!, total: about.reduce((sum, weight) => sum + weight, 0) };
}

/** What the Event and the Distribution Service say of the events at this hour. */
function* officials(
  random: Random,
  { events }: Town,
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

/** What the platforms have counted: of the events that run at every round, and of each when it ends. */
function* looks(random: Random, { events }: Town, at: number, isRound: boolean): Generator<OutgoingMessage> {
  for (const event of events) {
    const isDue = (isRound && isOn(event, at)) || event.endAt === at;
    if (isDue) yield* measurements(random, event, at);
  }
}

function* tills(random: Random, { storeIds, events }: Town, at: number): Generator<OutgoingMessage> {
  if (hourOf(at) !== CLOSING_HOUR) return;
  for (const storeId of storeIds) {
    const own = events.filter((event) => event.storeId === storeId);
    yield dayOfSales(random, storeId, at, own);
    if (random.chance(REFUND_SHARE)) yield refund(random, storeId, at);
  }
}

/** As often as keeps the measurements in proportion to the people who take part. */
function measurementInterval({ events }: Town, { from, until, registrations }: PlayOptions): number {
  const hourly = events.reduce((sum, { startAt, endAt, channels }) => {
    const hours = Math.max(0, Math.min(endAt, until) - Math.max(startAt, from)) / HOUR;
    return sum + hours * channels.length;
  }, 0);
  const fits = (hours: number): boolean => hourly / hours <= registrations * MEASUREMENTS_SHARE;
  return MEASUREMENT_HOURS.find(fits) ?? MEASUREMENT_HOURS.at(-1)!;
}
