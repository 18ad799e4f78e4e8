import type { Topic } from '../../../src/workers/messages/topics';
import type { Instant } from '../../../src/domain/values';

/** One good message a topic, as it is sent, to be spoilt in one place by each test. */

export const NOW = Date.UTC(2025, 9, 22, 10, 30) as Instant;

export const MESSAGE_ID = '0b5d3c1e-7f2a-4c1d-9e8f-000000000001';
export const EVENT_ID = '550e8400-e29b-41d4-a716-446655440000';
const STORE_ID = '660e8400-e29b-41d4-a716-446655440001';
export const PARTICIPANT_ID = '770e8400-e29b-41d4-a716-446655440002';

export const SAMPLES: { readonly [T in Topic]: Readonly<Record<string, unknown>> } = {
  'event.created': {
    messageId: MESSAGE_ID,
    occurredAt: '2025-10-14T09:00:00+09:00',
    eventId: EVENT_ID,
    storeId: STORE_ID,
    title: '신규 고객 환영 이벤트',
    industry: '음식점',
    targetGoal: 1000,
    startAt: '2025-10-15T00:00:00Z',
    endAt: '2025-10-29T00:00:00Z',
    prizeCost: 500000,
    otherCosts: 100000,
    newCustomerLtv: 10000,
  },
  'participant.registered': {
    messageId: MESSAGE_ID,
    occurredAt: '2025-10-20T18:05:00Z',
    eventId: EVENT_ID,
    participantId: PARTICIPANT_ID,
    channel: '지니TV',
    age: 34,
    gender: 'FEMALE',
    region: '서울',
    newCustomer: true,
  },
  'distribution.completed': {
    messageId: MESSAGE_ID,
    occurredAt: '2025-10-15T00:10:00Z',
    eventId: EVENT_ID,
    channels: [
      { channel: '우리동네TV', status: 'SUCCESS', expectedViews: 5000, cost: 100000 },
      { channel: '지니TV', status: 'PENDING', cost: 200000 },
    ],
  },
  'channel.views-measured': {
    messageId: MESSAGE_ID,
    occurredAt: '2025-10-22T10:00:01Z',
    eventId: EVENT_ID,
    channel: '지니TV',
    views: 10000,
    measuredAt: '2025-10-22T10:00:00Z',
  },
  'sales.recorded': {
    messageId: MESSAGE_ID,
    occurredAt: '2025-10-16T12:00:00Z',
    storeId: STORE_ID,
    saleDate: '2025-10-16',
    amount: 48000,
  },
};
