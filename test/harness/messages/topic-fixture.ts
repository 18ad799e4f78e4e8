import type fc from 'fast-check';
import type { Topic } from '../../../src/workers/messages/topics';
import type { Shops } from '../streams/values';
import type { Rule } from './broken-rules';
import type { EventIds } from './event-ids';
import type { TrafficSource } from './traffic';

/** A message before it is written as JSON. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of every message. */
export interface Envelope {
  readonly messageId: string;
  readonly occurredAt: string;
}

/** A valid message of a topic, as JSON.parse returns it: nothing is trimmed, folded or cut yet. */
export interface MessageOn<T extends Topic, Value> {
  readonly topic: T;
  readonly value: Value;
}

/** What a message leaves in the database, taken away so that verification against the log must miss the message. */
export interface Loss {
  /** What is taken away; it completes the name of a test. */
  readonly what: string;
  /** SQL that takes it away. The rollups are computed anew behind it. */
  readonly statements: readonly string[];
  /** The message that is missing then, and no other. */
  readonly of: Fields;
  /** What verification says is missing. */
  readonly named: string;
}

/** Messages of a topic, and what they leave. */
export interface Traces {
  readonly messages: readonly Fields[];
  readonly losses: readonly [Loss, ...Loss[]];
}

/** A rollup made wrong, of what the messages of the scenario have left. */
export interface Meddling {
  /** SQL that makes it wrong. */
  readonly statement: string;
  /** What verification says of it, line by line. */
  readonly named: readonly string[];
}

/** A topic's part in traffic that goes on while something fails. */
export interface TopicTraffic<T extends Topic, Value> {
  /** How often it is among the valid messages of all topics. */
  readonly weight: number;
  /** A valid message that contradicts none before it, so that their order is irrelevant. */
  next(source: TrafficSource): MessageOn<T, Value>;
}

type OwnField<Value extends Envelope> = Exclude<keyof Value, keyof Envelope> & string;

/** What the tests need of a topic's messages. Its envelope is the same for all topics, and is tested for all of them. */
export interface TopicFixture<T extends Topic, Value extends Envelope> {
  /** A valid message with all its fields, of a fixed moment: tests break one of its fields. */
  readonly sample: Value;
  /** The fields that may be missing. All others are required. */
  readonly optional: readonly OwnField<Value>[];
  /** Values of each field that make a message invalid. */
  readonly invalid: { readonly [Field in OwnField<Value>]: readonly unknown[] };
  /** What its JSON schema can say of its own fields, broken one rule at a time. */
  readonly brokenRules: readonly Rule[];
  /** A valid message, sent just now. Messages of different indices differ in whatever may differ. */
  create(ids: EventIds, index?: number): Fields;
  /** The fewest messages by which a wrong rollup differs from a right one; all of fixed moments. */
  scenario(ids: EventIds): readonly Fields[];
  /** Each figure of the rollups that its projection keeps, made wrong behind the scenario. */
  meddlings(ids: EventIds): readonly Meddling[];
  /** What its messages leave: all that verification looks for, each thing taken away by itself. */
  traces(ids: EventIds): Traces;
  readonly traffic: TopicTraffic<T, Value>;
  /** How often it is among random messages. */
  readonly weight: number;
  random(shops: Shops): fc.Arbitrary<MessageOn<T, Value>>;
  /** What the first of two messages keeps from the second, apart from the topic. */
  competesFor(value: Value): readonly string[];
}
