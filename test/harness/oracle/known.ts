import { instantOf, dayNumberOf } from './moments';
import type { RawMeasurement } from '../messages/channel-views-measured';
import type { RawDistribution } from '../messages/distribution-completed';
import type { RawEvent } from '../messages/event-created';
import type { RawParticipant } from '../messages/participant-registered';
import type { RawMessage } from '../messages/topic-fixtures';

/** The content of a stream's messages, read in the order of arrival. */

const name = (text: string): string => text.trim().normalize('NFC');

/** Of several with the same instant, the first that arrived. */
export function latest<Item extends { readonly at: number }>(items: readonly Item[]): Item | undefined {
  return items.reduce<Item | undefined>(
    (best, item) => (best === undefined || item.at > best.at ? item : best),
    undefined,
  );
}

/** The first that arrived of each key. */
export function firstOfEach<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[] {
  return items.filter((item, index) => items.findIndex((other) => keyOf(other) === keyOf(item)) === index);
}

export interface KnownEvent {
  readonly at: number;
  readonly eventId: string;
  readonly storeId: string;
  readonly title: string;
  readonly industry: string;
  readonly targetGoal: bigint;
  readonly startAt: number;
  readonly endAt: number;
  readonly prizeCost: bigint;
  readonly otherCosts: bigint;
  readonly newCustomerLtv: bigint;
}

/** Every event that an event.created has arrived for, as the latest one has it. */
export function knownEvents(messages: readonly RawMessage[]): KnownEvent[] {
  const definitions = messages
    .filter((message) => message.topic === 'event.created')
    .map((message) => readEvent(message.value));
  return firstOfEach(definitions, ({ eventId }) => eventId).map(({ eventId }) =>
    latest(definitions.filter((definition) => definition.eventId === eventId))!,
  );
}

function readEvent(raw: RawEvent): KnownEvent {
  return {
    at: instantOf(raw.occurredAt),
    eventId: raw.eventId.toLowerCase(),
    storeId: raw.storeId.toLowerCase(),
    title: raw.title,
    industry: name(raw.industry),
    targetGoal: BigInt(raw.targetGoal),
    startAt: instantOf(raw.startAt),
    endAt: instantOf(raw.endAt),
    prizeCost: BigInt(raw.prizeCost),
    otherCosts: BigInt(raw.otherCosts),
    newCustomerLtv: BigInt(raw.newCustomerLtv),
  };
}

export interface KnownParticipant {
  readonly registeredAt: number;
  readonly channel: string;
  readonly age: number | null;
  readonly gender: 'MALE' | 'FEMALE' | null;
  /** Empty when it is not known. */
  readonly region: string;
  readonly isNewCustomer: boolean;
}

/** All participants, as in their first message. */
export function participantsOf(messages: readonly RawMessage[], eventId: string): KnownParticipant[] {
  const registrations = messages
    .filter((message) => message.topic === 'participant.registered')
    .map((message) => message.value)
    .filter((raw) => raw.eventId.toLowerCase() === eventId);
  return firstOfEach(registrations, (raw) => raw.participantId.toLowerCase()).map(readParticipant);
}

export function readParticipant(raw: RawParticipant): KnownParticipant {
  return {
    registeredAt: instantOf(raw.occurredAt),
    channel: name(raw.channel),
    age: raw.age ?? null,
    gender: raw.gender ?? null,
    region: name(raw.region ?? ''),
    isNewCustomer: raw.newCustomer === true,
  };
}

export interface Naming {
  readonly at: number;
  readonly channel: string;
  readonly position: number;
  readonly status: 'SUCCESS' | 'FAILED' | 'PENDING';
  readonly expectedViews: bigint | null;
  readonly externalId: string | null;
  readonly cost: bigint;
}

/** Each time that a distribution named a channel. */
export function namingsOf(messages: readonly RawMessage[], eventId: string): Naming[] {
  return messages
    .filter((message) => message.topic === 'distribution.completed')
    .map((message) => message.value)
    .filter((raw) => raw.eventId.toLowerCase() === eventId)
    .flatMap(readDistribution);
}

function readDistribution(raw: RawDistribution): Naming[] {
  return raw.channels.map((named, position) => ({
    at: instantOf(raw.occurredAt),
    channel: name(named.channel),
    position,
    status: named.status,
    expectedViews: typeof named.expectedViews === 'number' ? BigInt(named.expectedViews) : null,
    externalId: named.externalId?.trim() ?? null,
    cost: BigInt(named.cost),
  }));
}

export interface KnownMeasurement {
  readonly at: number;
  readonly channel: string;
  readonly views: bigint;
}

export function measurementsOf(messages: readonly RawMessage[], eventId: string): KnownMeasurement[] {
  return messages
    .filter((message) => message.topic === 'channel.views-measured')
    .map((message) => message.value)
    .filter((raw) => raw.eventId.toLowerCase() === eventId)
    .map(readMeasurement);
}

function readMeasurement(raw: RawMeasurement): KnownMeasurement {
  return { at: instantOf(raw.measuredAt), channel: name(raw.channel), views: BigInt(raw.views) };
}

export interface KnownSale {
  readonly storeId: string;
  readonly day: number;
  readonly amount: bigint;
}

/** A store's sales. A message counts once over all stores, so one that names another store the second time is not read. */
export function salesOf(messages: readonly RawMessage[], storeId: string): KnownSale[] {
  const sales = messages
    .filter((message) => message.topic === 'sales.recorded')
    .map((message) => message.value);
  return firstOfEach(sales, (raw) => raw.messageId.toLowerCase())
    .map((raw) => ({
      storeId: raw.storeId.toLowerCase(),
      day: dayNumberOf(raw.saleDate),
      amount: BigInt(raw.amount),
    }))
    .filter((sale) => sale.storeId === storeId);
}
