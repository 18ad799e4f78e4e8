import type { Topic } from '../../../src/workers/messages/topics';

/** Messages as they are sent: what JSON.parse makes of a valid one. Nothing is trimmed, folded or cut yet. */

interface Envelope {
  readonly messageId: string;
  readonly occurredAt: string;
}

export interface RawEvent extends Envelope {
  readonly eventId: string;
  readonly storeId: string;
  readonly title: string;
  readonly industry: string;
  readonly targetGoal: number;
  readonly startAt: string;
  readonly endAt: string;
  readonly prizeCost: number;
  readonly otherCosts: number;
  readonly newCustomerLtv: number;
}

export interface RawParticipant extends Envelope {
  readonly eventId: string;
  readonly participantId: string;
  readonly channel: string;
  readonly age?: number | null;
  readonly gender?: 'MALE' | 'FEMALE' | null;
  readonly region?: string | null;
  readonly newCustomer?: boolean | null;
}

export interface RawDistributedChannel {
  readonly channel: string;
  readonly status: 'SUCCESS' | 'FAILED' | 'PENDING';
  readonly expectedViews?: number | null;
  readonly cost: number;
}

export interface RawDistribution extends Envelope {
  readonly eventId: string;
  readonly channels: readonly RawDistributedChannel[];
}

export interface RawMeasurement extends Envelope {
  readonly eventId: string;
  readonly channel: string;
  readonly views: number;
  readonly measuredAt: string;
}

export interface RawSale extends Envelope {
  readonly storeId: string;
  readonly saleDate: string;
  readonly amount: number;
}

/** What is sent to each topic. */
interface RawValues {
  readonly 'event.created': RawEvent;
  readonly 'participant.registered': RawParticipant;
  readonly 'distribution.completed': RawDistribution;
  readonly 'channel.views-measured': RawMeasurement;
  readonly 'sales.recorded': RawSale;
}

export type RawMessage = { [T in Topic]: { readonly topic: T; readonly value: RawValues[T] } }[Topic];
