/**
 * The values that statistics are made of, each a type of its own, so that a count is never taken for an amount of
 * money nor a store for an event. They cost nothing at run time: a border (a message, an argument, a row) parses a
 * plain value once and names it; behind it the compiler holds the name.
 */

declare const unit: unique symbol;
type Branded<Base, Name extends string> = Base & { readonly [unit]: Name };

declare const uuid: unique symbol;
/** A uuid in lower case, whatever it names. */
export type Uuid = string & { readonly [uuid]: true };
export type EventId = Branded<Uuid, 'EventId'>;
export type StoreId = Branded<Uuid, 'StoreId'>;
export type ParticipantId = Branded<Uuid, 'ParticipantId'>;
export type MessageId = Branded<Uuid, 'MessageId'>;
/** What stands for a person who has been erased: the same for the same person, and nobody without the key finds out whose it is. */
export type PersonDigest = Branded<Uuid, 'PersonDigest'>;

/** Milliseconds since 1970-01-01T00:00Z, whole. */
export type Instant = Branded<number, 'Instant'>;
/** A calendar day of the business time zone, `YYYY-MM-DD`. Sorts as text. */
export type LocalDay = Branded<string, 'LocalDay'>;

/** Won: a whole number within ±(2^53 − 1). */
export type Krw = Branded<number, 'Krw'>;
/** A whole number from 0 to 2^53 − 1. */
export type Count = Branded<number, 'Count'>;
/** A percentage as it is shown: one decimal, within ±9,999,999,999,999.9, never -0. */
export type Percent = Branded<number, 'Percent'>;

/** A channel's name, trimmed and in Unicode NFC. */
export type ChannelName = Branded<string, 'ChannelName'>;
/** An industry's name, trimmed and in Unicode NFC. */
export type Industry = Branded<string, 'Industry'>;

/** The state of an event's distribution over one channel. */
export type DistributionStatus = 'SUCCESS' | 'FAILED' | 'PENDING';
/** The buckets of a trend. */
export type TimeUnit = 'HOURLY' | 'DAILY';
/** Whether revenue has caught up with cost. */
export type BreakEvenStatus = 'ACHIEVED' | 'NOT_ACHIEVED';
/** Where a channel's views figure comes from. */
export type ViewsSource = 'MEASURED' | 'STALE' | 'EXPECTED';
/** Where an event stands between its start and its end. */
export type EventStatus = 'SCHEDULED' | 'RUNNING' | 'ENDED';
