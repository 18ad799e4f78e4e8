import { HOUR } from '../oracle/moments';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { instantOf } from '../oracle/moments';
import * as values from '../streams/values';
import { brokenCount, brokenLabel, brokenName } from './broken-rules';
import { NO_UUID } from './invalid-values';
import { EVENT_ID, MESSAGE_ID } from './sample-ids';
import type { Envelope, Fields, TopicFixture } from './topic-fixture';

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
