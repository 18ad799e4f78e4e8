import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { DAY, written } from '../oracle/moments';
import * as values from '../streams/values';
import { NO_UUID } from './invalid-values';
import { MESSAGE_ID, STORE_ID } from './sample-ids';
import type { Envelope, Fields, TopicFixture } from './topic-fixture';
import { oneOf } from './traffic';

interface RawSale extends Envelope {
  readonly storeId: string;
  readonly saleDate: string;
  readonly amount: number;
}

export function salesRecorded(storeId: string, amount: number, fields: Fields = {}): Fields {
  const at = new Date(Date.now() - 60_000);
  return {
    messageId: randomUUID(),
    occurredAt: at.toISOString(),
    storeId,
    saleDate: at.toISOString().slice(0, 10),
    amount,
    ...fields,
  };
}

/** The identity of a sale, so it must repeat. */
const messageId = fc.nat(11).chain((index) => values.spelled(values.idOf(4, index)));
const amount = fc.tuple(values.amount, fc.boolean()).map(([won, isRefund]) => (isRefund ? -won || 0 : won));

export const salesRecordedFixture: TopicFixture<'sales.recorded', RawSale> = {
  sample: {
    messageId: MESSAGE_ID,
    occurredAt: '2025-10-16T12:00:00Z',
    storeId: STORE_ID,
    saleDate: '2025-10-16',
    amount: 48000,
  },
  optional: [],
  invalid: {
    storeId: NO_UUID,
    saleDate: [
      '2025-02-29',
      '1999-12-31',
      '2101-01-01',
      '2025-1-1',
      '2025-10-22T00:00:00Z',
      20_251_022,
      null,
    ],
    amount: [-(10 ** 12) - 1, 10 ** 12 + 1, 0.5, '5', null, {}],
  },
  brokenRules: [
    [['saleDate'], 'on February 30', '2025-02-30'],
    [['saleDate'], 'in 1999', '1999-12-31'],
    [['saleDate'], 'in 2101', '2101-01-01'],
    [['saleDate'], 'with a time', '2025-10-16T00:00:00Z'],
    [['amount'], 'below -10^12', -1e12 - 1],
    [['amount'], 'above 10^12', 1e12 + 1],
    [['amount'], 'not whole', 0.5],
  ],
  create: ({ storeId }, index = 0) => salesRecorded(storeId, index),
  scenario({ storeId }) {
    const sold = { saleDate: '2025-10-20' };
    return [salesRecorded(storeId, 5_000, sold), salesRecorded(storeId, -1_000, sold)];
  },
  meddlings: ({ storeId }) => [
    {
      statement: 'UPDATE daily_sales SET amount = amount + 1, records = 3',
      named: [
        `daily_sales ${storeId} 2025-10-20 amount: stored 4001, recomputed 4000`,
        `daily_sales ${storeId} 2025-10-20 records: stored 3, recomputed 2`,
      ],
    },
  ],
  traces({ storeId }) {
    const lost = salesRecorded(storeId, 1_000);
    const id = String(lost['messageId']);
    return {
      messages: [lost, salesRecorded(storeId, 500)],
      losses: [
        {
          what: 'sales',
          statements: [`DELETE FROM sales WHERE message_id = '${id}'`],
          of: lost,
          named: `no row of sale ${id} of store ${storeId}`,
        },
      ],
    };
  },
  traffic: {
    weight: 8,
    next({ random, stores, moment }) {
      const value = {
        messageId: random.uuid(),
        occurredAt: written(moment()),
        storeId: oneOf(random, stores),
        saleDate: written(Date.now() - random.between(0, 9) * DAY).slice(0, 10),
        amount: random.between(-20_000, 200_000),
      };
      return { topic: 'sales.recorded', value };
    },
  },
  weight: 3,
  random: (shops) =>
    fc
      .record({
        messageId,
        occurredAt: values.observedAt,
        storeId: values.storeId(shops),
        saleDate: values.saleDate,
        amount,
      })
      .map((value) => ({ topic: 'sales.recorded', value })),
  competesFor: ({ messageId }) => [messageId],
};
