import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { HOUR, instantOf, written } from '../oracle/moments';
import * as values from '../streams/values';
import { brokenCount, brokenLabel, brokenName } from './broken-rules';
import { NO_UUID } from './invalid-values';
import { EVENT_ID, MESSAGE_ID } from './sample-ids';
import type { Envelope, Fields, TopicFixture } from './topic-fixture';
import { CHANNELS, oneOf, type TrafficSource } from './traffic';

interface RawDistributedChannel {
  readonly channel: string;
  readonly status: 'SUCCESS' | 'FAILED' | 'PENDING';
  readonly expectedViews?: number | null;
  readonly externalId?: string | null;
  readonly cost: number;
}

export interface RawDistribution extends Envelope {
  readonly eventId: string;
  readonly channels: readonly RawDistributedChannel[];
}

export function distributionCompleted(
  eventId: string,
  channels: readonly Fields[],
  fields: Fields = {},
): Fields {
  return {
    messageId: randomUUID(),
    occurredAt: new Date(Date.now() - 36 * HOUR).toISOString(),
    eventId,
    channels,
    ...fields,
  };
}

const status = fc.constantFrom('SUCCESS' as const, 'FAILED' as const, 'PENDING' as const);
const expectedViews = fc.oneof(values.amount, fc.constantFrom(null, undefined));

const randomChannel = (channel: string): fc.Arbitrary<RawDistributedChannel> =>
  fc
    .record({ status, expectedViews, externalId: values.externalId, cost: values.amount })
    .map(({ expectedViews, externalId, ...required }) => ({
      channel,
      ...required,
      ...(expectedViews !== undefined && { expectedViews }),
      ...(externalId !== undefined && { externalId }),
    }));

const distributedInTraffic = (random: TrafficSource['random'], channel: string): RawDistributedChannel => ({
  channel,
  status: random.pick([
    ['SUCCESS', 5],
    ['FAILED', 1],
    ['PENDING', 1],
  ]),
  expectedViews: random.chance(0.3) ? null : random.between(10, 9_000),
  externalId: random.chance(0.3) ? null : String(random.between(1, 9_000)),
  cost: random.between(0, 300_000),
});

const sound = { channel: '지니TV', status: 'SUCCESS', cost: 0 };

export const distributionCompletedFixture: TopicFixture<'distribution.completed', RawDistribution> = {
  sample: {
    messageId: MESSAGE_ID,
    occurredAt: '2025-10-15T00:10:00Z',
    eventId: EVENT_ID,
    channels: [
      { channel: '우리동네TV', status: 'SUCCESS', expectedViews: 5000, cost: 100000 },
      { channel: '지니TV', status: 'PENDING', cost: 200000, externalId: '17895695668004550' },
    ],
  },
  optional: [],
  invalid: {
    eventId: NO_UUID,
    channels: [
      [],
      {},
      null,
      [null],
      Array.from({ length: 51 }, (_, index) => ({ ...sound, channel: `channel ${index}` })),
      [sound, { ...sound, channel: ` ${sound.channel}`.normalize('NFD') }],
      [{ ...sound, channel: '' }],
      [{ ...sound, status: 'DONE' }],
      [{ ...sound, cost: -1 }],
      [{ ...sound, expectedViews: 10 ** 12 + 1 }],
      [{ ...sound, externalId: ' ' }],
      [{ ...sound, externalId: 17 }],
      [{ channel: '지니TV', status: 'SUCCESS' }],
    ],
  },
  brokenRules: [
    [['channels'], 'of a wrong type', { channel: 'x' }],
    [['channels'], 'empty', []],
    [
      ['channels'],
      'more than 50',
      Array.from({ length: 51 }, (_, n) => ({ channel: `${n}`, status: 'FAILED', cost: 0 })),
    ],
    [['channels', 0], 'null', null],
    [['channels', 0, 'status'], 'unknown', 'DONE'],
    [['channels', 0, 'cost'], 'missing', undefined],
    ...brokenName('channels', 0, 'channel'),
    ...brokenCount('channels', 0, 'cost'),
    ...brokenCount('channels', 0, 'expectedViews'),
    [['channels', 0, 'externalId'], 'a number', 17],
    ...brokenLabel('channels', 0, 'externalId'),
  ],
  create: ({ eventId }, index = 0) =>
    distributionCompleted(eventId, [
      { channel: `channel ${index}`, status: 'SUCCESS', cost: index },
      { channel: 'Instagram', status: 'PENDING', cost: 1 },
    ]),
  // No rollup is computed from distributions.
  scenario: () => [],
  meddlings: () => [],
  traces({ eventId }) {
    const distributed = (names: readonly string[], occurredAt: string) =>
      distributionCompleted(
        eventId,
        names.map((channel) => ({ channel, status: 'SUCCESS', cost: 10 })),
        { occurredAt },
      );
    const latest = distributed(['지니TV', 'Instagram'], '2025-10-20T00:00:00.000Z');
    const early = distributed(['Instagram'], '2025-10-19T00:00:00.000Z');
    const set = (assignment: string) => [
      `UPDATE event_channels SET ${assignment} WHERE event_id = '${eventId}' AND channel = 'Instagram'`,
    ];
    const named = ({ occurredAt }: Fields) =>
      `no distribution of event ${eventId} over Instagram that takes in ${String(occurredAt)}`;
    return {
      messages: [latest, early],
      losses: [
        {
          what: 'a distribution',
          statements: set('distributed_at = first_at'),
          of: latest,
          named: named(latest),
        },
        {
          what: 'an early distribution, which decides the order',
          statements: set('first_at = distributed_at'),
          of: early,
          named: named(early),
        },
      ],
    };
  },
  traffic: {
    weight: 5,
    next({ random, events, moment }) {
      const chosen = CHANNELS.filter(() => random.chance(0.5));
      const names = chosen.length > 0 ? chosen : [oneOf(random, CHANNELS)];
      const value = {
        messageId: random.uuid(),
        occurredAt: written(moment()),
        eventId: oneOf(random, events).eventId,
        channels: names.map((channel) => distributedInTraffic(random, channel)),
      };
      return { topic: 'distribution.completed', value };
    },
  },
  weight: 4,
  random: (shops) =>
    fc
      .record({
        messageId: values.messageId,
        occurredAt: values.distributedAt,
        eventId: values.eventId(shops),
        channels: values.distinctChannels.chain((names) => fc.tuple(...names.map(randomChannel))),
      })
      .map((value) => ({ topic: 'distribution.completed', value })),
  competesFor: ({ eventId, occurredAt, channels }) =>
    channels.map(({ channel }) => `${eventId} ${values.nameOf(channel)} ${instantOf(occurredAt)}`),
};
