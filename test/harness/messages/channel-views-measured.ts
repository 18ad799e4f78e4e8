import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { DAY, instantOf, written } from '../oracle/moments';
import * as values from '../streams/values';
import { brokenCount, brokenInstant, brokenName } from './broken-rules';
import { NO_INSTANT, NO_NAME, NO_NUMBER, NO_UUID, NOT_YET } from './invalid-values';
import { EVENT_ID, MESSAGE_ID } from './sample-ids';
import type { Envelope, Fields, TopicFixture } from './topic-fixture';
import { CHANNELS, isLate, oneOf } from './traffic';

export interface RawMeasurement extends Envelope {
  readonly eventId: string;
  readonly channel: string;
  readonly views: number;
  readonly measuredAt: string;
}

export function viewsMeasured(eventId: string, channel: string, views: number, fields: Fields = {}): Fields {
  const at = new Date(Date.now() - 60_000).toISOString();
  return { messageId: randomUUID(), occurredAt: at, eventId, channel, views, measuredAt: at, ...fields };
}

export const channelViewsMeasuredFixture: TopicFixture<'channel.views-measured', RawMeasurement> = {
  sample: {
    messageId: MESSAGE_ID,
    occurredAt: '2025-10-22T10:00:01Z',
    eventId: EVENT_ID,
    channel: '지니TV',
    views: 10000,
    measuredAt: '2025-10-22T10:00:00Z',
  },
  optional: [],
  invalid: {
    eventId: NO_UUID,
    channel: NO_NAME,
    views: NO_NUMBER,
    measuredAt: [...NO_INSTANT, ...NOT_YET],
  },
  brokenRules: [...brokenName('channel'), ...brokenCount('views'), ...brokenInstant('measuredAt')],
  create: ({ eventId }, index = 0) => viewsMeasured(eventId, `channel ${index}`, index),
  scenario: ({ eventId }) => [
    viewsMeasured(eventId, '지니TV', 700, { measuredAt: '2025-10-20T11:00:00Z' }),
    viewsMeasured(eventId, '지니TV', 500, { measuredAt: '2025-10-19T11:00:00Z' }),
  ],
  meddlings({ eventId }) {
    const ofChannel = `event_channels ${eventId} 지니TV`;
    return [
      {
        statement: `UPDATE event_channels SET views = NULL WHERE channel = '지니TV'`,
        named: [`${ofChannel} views: stored nothing, recomputed 700`],
      },
      {
        statement: `UPDATE event_channels SET measured_at = '2025-10-21T00:00:00Z' WHERE channel = '지니TV'`,
        named: [`${ofChannel} measured_at: stored 2025-10-21 00:00:00+00, recomputed 2025-10-20 11:00:00+00`],
      },
    ];
  },
  traces({ eventId }) {
    const latest = viewsMeasured(eventId, '지니TV', 700, { measuredAt: '2025-10-20T16:00:00.000Z' });
    const earlier = viewsMeasured(eventId, '지니TV', 500, { measuredAt: '2025-10-19T11:00:00.000Z' });
    const without = (day: string) => [
      `DELETE FROM daily_views WHERE event_id = '${eventId}' AND day = '${day}'`,
    ];
    const named = (day: string, { measuredAt }: Fields) =>
      `no views of event ${eventId} on 지니TV on ${day} as late as ${String(measuredAt)}`;
    return {
      messages: [latest, earlier],
      losses: [
        {
          what: 'the latest views',
          statements: without('2025-10-21'),
          of: latest,
          named: named('2025-10-21', latest),
        },
        {
          what: 'the views of a day that is over',
          statements: without('2025-10-19'),
          of: earlier,
          named: named('2025-10-19', earlier),
        },
      ],
    };
  },
  traffic: {
    weight: 9,
    next({ random, events, moment }) {
      const back = isLate(random) ? random.between(1, 4) * DAY : 0;
      const measuredAt = written(moment() - back);
      const value = {
        messageId: random.uuid(),
        occurredAt: measuredAt,
        eventId: oneOf(random, events).eventId,
        channel: oneOf(random, CHANNELS),
        views: random.between(100, 90_000),
        measuredAt,
      };
      return { topic: 'channel.views-measured', value };
    },
  },
  weight: 4,
  random: (shops) =>
    fc
      .record({
        messageId: values.messageId,
        occurredAt: values.observedAt,
        eventId: values.eventId(shops),
        channel: values.channel,
        views: values.amount,
        measuredAt: values.observedAt,
      })
      .map((value) => ({ topic: 'channel.views-measured', value })),
  competesFor: ({ eventId, channel, measuredAt }) => [
    `${eventId} ${values.nameOf(channel)} ${instantOf(measuredAt)}`,
  ],
};
