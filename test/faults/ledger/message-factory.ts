import type { Random } from '../../../src/commands/simulator/random';
import { TOPICS } from '../../../src/workers/messages/topics';
import type { RawMessage } from '../../harness/messages/topic-fixtures';
import type { Shops, ShopEvent } from './shops';

/** A message before it is sent. */
export interface MessageDraft {
  readonly topic: RawMessage['topic'];
  readonly partition: number;
  readonly value: Buffer;
  /** Its content, when it can be applied. */
  readonly valid?: RawMessage;
  /** Identifies the dead letter: a text that only its value contains. */
  readonly mark?: string;
}

/** Creates messages about the shops as upstream could send them. No two contradict each other, so their order is irrelevant. */
export interface MessageFactory {
  /** One for each event, in their order. */
  definitions(): MessageDraft[];
  /** A registration of a new participant. */
  registration(event?: ShopEvent): MessageDraft;
  measurement(): MessageDraft;
  distribution(): MessageDraft;
  sale(): MessageDraft;
  /** Another title and budget for a known event. */
  redefinition(): MessageDraft;
  /** A message that can never be applied. */
  invalid(topic?: RawMessage['topic']): MessageDraft;
}

const CHANNELS = ['우리동네TV', '지니TV', 'Instagram', 'Naver Blog', 'Kakao Channel'];
const REGIONS = ['서울', '경기', '부산', '대구', '인천', '광주', '기타', ''];
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The share of registrations that are days old. */
const LATE = 0.05;

export function createMessageFactory(shops: Shops, random: Random): MessageFactory {
  /** Each instant is used once, so that no two measurements or distributions share one. */
  let tick = 0;
  const moment = (): number => Date.now() - 2 * HOUR + (tick += 1);
  const anyEvent = (): ShopEvent => shops.events[random.between(0, shops.events.length - 1)]!;
  const any = (names: readonly string[]): string => names[random.between(0, names.length - 1)]!;
  const at = (instant: number): string => new Date(instant).toISOString();
  const draft = (message: RawMessage, partition: number): MessageDraft => ({
    topic: message.topic,
    partition,
    value: Buffer.from(JSON.stringify(message.value)),
    valid: message,
  });

  return {
    definitions: () =>
      shops.events.map(({ definition, partition }) =>
        draft({ topic: 'event.created', value: definition }, partition),
      ),
    registration(event = anyEvent()) {
      const back = random.chance(LATE) ? random.between(1, 5) * DAY : random.between(1, 600) * 1_000;
      const value = {
        messageId: random.uuid(),
        occurredAt: at(Date.now() - back),
        eventId: event.eventId,
        participantId: random.uuid(),
        channel: any(CHANNELS),
        age: random.chance(0.2) ? null : random.between(10, 75),
        gender: random.pick<'MALE' | 'FEMALE' | null>([
          ['MALE', 4],
          ['FEMALE', 5],
          [null, 1],
        ]),
        region: any(REGIONS),
        newCustomer: random.chance(0.5),
      };
      return draft({ topic: 'participant.registered', value }, event.partition);
    },
    measurement() {
      const event = anyEvent();
      const back = random.chance(LATE) ? random.between(1, 4) * DAY : 0;
      const measuredAt = at(moment() - back);
      const views = random.between(100, 90_000);
      const value = { messageId: random.uuid(), occurredAt: measuredAt, eventId: event.eventId };
      return draft(
        { topic: 'channel.views-measured', value: { ...value, channel: any(CHANNELS), views, measuredAt } },
        event.partition,
      );
    },
    distribution() {
      const event = anyEvent();
      const channels = CHANNELS.filter(() => random.chance(0.5)).map((channel) => ({
        channel,
        status: random.pick<'SUCCESS' | 'FAILED' | 'PENDING'>([
          ['SUCCESS', 5],
          ['FAILED', 1],
          ['PENDING', 1],
        ]),
        expectedViews: random.chance(0.3) ? null : random.between(10, 9_000),
        externalId: random.chance(0.3) ? null : String(random.between(1, 9_000)),
        cost: random.between(0, 300_000),
      }));
      if (channels.length === 0) return this.distribution();
      const value = { messageId: random.uuid(), occurredAt: at(moment()), eventId: event.eventId, channels };
      return draft({ topic: 'distribution.completed', value }, event.partition);
    },
    sale() {
      const store = random.between(0, shops.stores.length - 1);
      const soldAt = Date.now() - random.between(0, 9) * DAY;
      const value = {
        messageId: random.uuid(),
        occurredAt: at(moment()),
        storeId: shops.stores[store]!,
        saleDate: at(soldAt).slice(0, 10),
        amount: random.between(-20_000, 200_000),
      };
      return draft({ topic: 'sales.recorded', value }, store);
    },
    redefinition() {
      // The last event is defined only after the fault.
      const event = shops.events[random.between(0, shops.events.length - 2)]!;
      const value = {
        ...event.definition,
        messageId: random.uuid(),
        occurredAt: at(moment()),
        title: `${event.definition.title} (${tick})`,
        prizeCost: random.between(0, 900_000),
      };
      return draft({ topic: 'event.created', value }, event.partition);
    },
    invalid(topic = TOPICS[random.between(0, TOPICS.length - 1)]!) {
      const mark = random.uuid();
      const text = random.chance(0.5) ? `no JSON: ${mark}` : JSON.stringify({ messageId: mark });
      return { topic, partition: random.between(0, 2), value: Buffer.from(text), mark };
    },
  };
}
