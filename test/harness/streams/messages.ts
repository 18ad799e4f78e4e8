import fc from 'fast-check';
import type { Topic } from '../../../src/workers/messages/topics';
import type { RawMessage } from '../oracle/raw-messages';
import * as values from './values';

/** Valid messages about a few stores and events, each independent: conflicts arise by chance. */

/** The numbers of stores and events. */
export interface Shops {
  readonly stores: number;
  readonly events: number;
}

const storeId = ({ stores }: Shops) =>
  fc.nat(stores - 1).chain((index) => values.spelled(values.storeIdOf(index)));
const eventId = ({ events }: Shops) =>
  fc.nat(events - 1).chain((index) => values.spelled(values.eventIdOf(index)));

const definition = (id: fc.Arbitrary<string>, store: fc.Arbitrary<string>): fc.Arbitrary<RawMessage> =>
  fc
    .record({
      messageId: values.messageId,
      occurredAt: values.observedAt,
      eventId: id,
      storeId: store,
      title: values.title,
      industry: values.industry,
      targetGoal: values.amount,
      schedule: values.schedule,
      prizeCost: values.amount,
      otherCosts: values.amount,
      newCustomerLtv: values.amount,
    })
    .map(({ schedule, ...fields }) => ({ topic: 'event.created', value: { ...fields, ...schedule } }));

/** A definition of nearly every event; the others stay unknown. Event i belongs to store i modulo stores. */
export const definitions = ({ stores, events }: Shops): fc.Arbitrary<RawMessage[]> =>
  fc
    .tuple(
      ...Array.from({ length: events }, (_, index) =>
        fc.option(
          definition(
            values.spelled(values.eventIdOf(index)),
            values.spelled(values.storeIdOf(index % stores)),
          ),
          { freq: 12 },
        ),
      ),
    )
    .map((found) => found.filter((message) => message !== null));

const registration = (shops: Shops): fc.Arbitrary<RawMessage> =>
  fc
    .record({
      messageId: values.messageId,
      occurredAt: values.observedAt,
      eventId: eventId(shops),
      participantId: values.participantId,
      channel: values.channel,
      age: values.age,
      gender: values.gender,
      region: values.region,
      newCustomer: values.newCustomer,
    })
    .map(({ age, gender, region, newCustomer, ...fields }) => ({
      topic: 'participant.registered',
      value: {
        ...fields,
        ...(age !== undefined && { age }),
        ...(gender !== undefined && { gender }),
        ...(region !== undefined && { region }),
        ...(newCustomer !== undefined && { newCustomer }),
      },
    }));

const distributedChannel = (channel: string) =>
  fc
    .record({ status: values.status, expectedViews: values.expectedViews, cost: values.amount })
    .map(({ status, expectedViews, cost }) => ({
      channel,
      status,
      ...(expectedViews !== undefined && { expectedViews }),
      cost,
    }));

const distribution = (shops: Shops): fc.Arbitrary<RawMessage> =>
  fc
    .record({
      messageId: values.messageId,
      occurredAt: values.distributedAt,
      eventId: eventId(shops),
      channels: values.distinctChannels.chain((names) => fc.tuple(...names.map(distributedChannel))),
    })
    .map((value) => ({ topic: 'distribution.completed', value }));

const measurement = (shops: Shops): fc.Arbitrary<RawMessage> =>
  fc
    .record({
      messageId: values.messageId,
      occurredAt: values.observedAt,
      eventId: eventId(shops),
      channel: values.channel,
      views: values.amount,
      measuredAt: values.observedAt,
    })
    .map((value) => ({ topic: 'channel.views-measured', value }));

const sale = (shops: Shops): fc.Arbitrary<RawMessage> =>
  fc
    .record({
      messageId: values.saleMessageId,
      occurredAt: values.observedAt,
      storeId: storeId(shops),
      saleDate: values.saleDate,
      amount: values.signedAmount,
    })
    .map((value) => ({ topic: 'sales.recorded', value }));

/** How often messages of a topic come, and what they are: a topic that is missing here does not compile. */
const OF_TOPICS: {
  readonly [T in Topic]: { readonly weight: number; readonly of: (shops: Shops) => fc.Arbitrary<RawMessage> };
} = {
  'participant.registered': { weight: 12, of: registration },
  'distribution.completed': { weight: 4, of: distribution },
  'channel.views-measured': { weight: 4, of: measurement },
  'sales.recorded': { weight: 3, of: sale },
  'event.created': { weight: 2, of: (shops) => definition(eventId(shops), storeId(shops)) },
};

/** Any valid message; registrations most of all. An event may be defined again, and by another store. */
export const anyMessage = (shops: Shops): fc.Arbitrary<RawMessage> =>
  fc.oneof(...Object.values(OF_TOPICS).map(({ weight, of }) => ({ weight, arbitrary: of(shops) })));
