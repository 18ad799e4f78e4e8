import type { Instant } from '../../../src/domain/values';

/** One line of a message file. */
export interface FileMessage {
  readonly topic: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** The store, the event and the hour of the contract's example. */
export const EXAMPLE = {
  eventId: '550e8400-e29b-41d4-a716-446655440000',
  storeId: '660e8400-e29b-41d4-a716-446655440001',
  earlierEventId: '550e8400-e29b-41d4-a716-446655440009',
  now: Date.parse('2025-10-22T10:30:00Z') as Instant,
  timeZone: 'UTC',
} as const;

/** Assigned to the participants in this order. */
type Shares<Value> = readonly (readonly [Value, number])[];

const CHANNELS: Shares<string> = [
  ['우리동네TV', 400],
  ['지니TV', 500],
  ['Instagram', 200],
  ['Naver Blog', 100],
  ['Kakao Channel', 34],
];
const AGES: Shares<number> = [
  [17, 50],
  [25, 300],
  [34, 450],
  [46, 300],
  [58, 134],
];
const GENDERS: Shares<string> = [
  ['MALE', 600],
  ['FEMALE', 634],
];
const REGIONS: Shares<string | null> = [
  ['서울', 500],
  ['경기', 400],
  ['기타', 300],
  [null, 34],
];
const NEW_CUSTOMERS: Shares<boolean> = [
  [true, 274],
  [false, 960],
];
/** The 200 of the peak hour first; then the others, by the hour at which a slot's registrations begin. */
const HOURS: Shares<string> = [
  ['2025-10-20T18', 200],
  ['2025-10-15T09', 40],
  ['2025-10-15T13', 60],
  ['2025-10-16T10', 50],
  ['2025-10-16T14', 100],
  ['2025-10-17T13', 100],
  ['2025-10-17T20', 50],
  ['2025-10-18T08', 60],
  ['2025-10-18T16', 80],
  ['2025-10-18T19', 60],
  ['2025-10-19T15', 100],
  ['2025-10-19T19', 66],
  ['2025-10-19T21', 50],
  ['2025-10-19T02', 34],
  ['2025-10-21T11', 50],
  ['2025-10-21T17', 60],
  ['2025-10-21T22', 74],
];

let made = 0;
/** Sequential ids, so that writing the file again gives the same bytes. */
const nextId = (): string => `00000000-0000-4000-8000-${String((made += 1)).padStart(12, '0')}`;

const message = (
  topic: string,
  occurredAt: string,
  value: Readonly<Record<string, unknown>>,
): FileMessage => ({
  topic,
  value: { messageId: nextId(), occurredAt, ...value },
});

/** All messages of the example's dashboard. */
export function exampleMessages(): FileMessage[] {
  made = 0;
  return [...earlierEvent(), ...theEvent()];
}

/** The event before: 1,000 participants, an ROI of 200.0, sales that grew by 12.0 percent. */
function earlierEvent(): FileMessage[] {
  const { earlierEventId: eventId, storeId } = EXAMPLE;
  return [
    message('event.created', '2025-08-20T01:00:00Z', {
      eventId,
      storeId,
      title: '여름 마무리 이벤트',
      industry: '카페',
      targetGoal: 800,
      startAt: '2025-09-01T00:00:00Z',
      endAt: '2025-09-08T00:00:00Z',
      prizeCost: 700_000,
      otherCosts: 300_000,
      newCustomerLtv: 4_000,
    }),
    ...Array.from({ length: 1_000 }, (_, index) =>
      participant(eventId, '2025-09-02T03', index, { channel: 'Instagram', newCustomer: index < 600 }),
    ),
    ...sales(storeId, '2025-08-25', [600_000, 700_000, 700_000, 750_000, 750_000, 750_000, 750_000]),
    ...sales(storeId, '2025-09-01', [700_000, 750_000, 750_000, 800_000, 850_000, 850_000, 900_000]),
  ];
}

function theEvent(): FileMessage[] {
  const { eventId, storeId } = EXAMPLE;
  return [
    message('event.created', '2025-10-10T02:00:00Z', {
      eventId,
      storeId,
      title: '신규 고객 환영 이벤트',
      industry: '카페',
      targetGoal: 1_000,
      startAt: '2025-10-15T00:00:00Z',
      endAt: '2025-10-22T00:00:00Z',
      prizeCost: 500_000,
      otherCosts: 100_000,
      newCustomerLtv: 10_000,
    }),
    message('distribution.completed', '2025-10-14T23:30:00Z', {
      eventId,
      channels: [
        { channel: '우리동네TV', status: 'SUCCESS', expectedViews: 4_500, cost: 100_000 },
        { channel: '지니TV', status: 'SUCCESS', expectedViews: 9_000, cost: 200_000 },
        { channel: 'Instagram', status: 'SUCCESS', expectedViews: 1_800, cost: 50_000 },
        { channel: 'Naver Blog', status: 'SUCCESS', expectedViews: 300, cost: 50_000 },
        { channel: 'Kakao Channel', status: 'SUCCESS', expectedViews: null, cost: 0 },
      ],
    }),
    ...participants(eventId),
    ...views(eventId, '2025-10-21T22:00:00Z', [4_800, 9_500, 1_900, 150]),
    ...views(eventId, '2025-10-22T09:00:00Z', [5_000, 10_000, 2_000, 200]),
    ...sales(storeId, '2025-10-08', [650_000, 700_000, 700_000, 750_000, 750_000, 750_000, 700_000]),
    ...sales(storeId, '2025-10-15', [760_000, 800_000, 800_000, 850_000, 850_000, 850_000, 850_000]),
  ];
}

/** Each trait is assigned with its own stride, so that traits are independent of each other. */
function participants(eventId: string): FileMessage[] {
  const hours = dealt(HOURS, 1);
  const channels = dealt(CHANNELS, 7);
  const ages = dealt(AGES, 11);
  const genders = dealt(GENDERS, 13);
  const regions = dealt(REGIONS, 17);
  const newCustomers = dealt(NEW_CUSTOMERS, 19);
  return hours.map((hour, index) =>
    participant(eventId, hour, index, {
      channel: channels[index],
      age: ages[index],
      gender: genders[index],
      region: regions[index],
      newCustomer: newCustomers[index],
    }),
  );
}

function participant(
  eventId: string,
  hour: string,
  index: number,
  traits: Readonly<Record<string, unknown>>,
): FileMessage {
  const [minute, second] = [Math.floor(index / 60) % 60, index % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return message('participant.registered', `${hour}:${minute}:${second}Z`, {
    eventId,
    participantId: nextId(),
    ...traits,
  });
}

/** @param stride without a common divisor with the number of participants */
function dealt<Value>(shares: Shares<Value>, stride: number): Value[] {
  const inRow = shares.flatMap(([value, count]) => Array.from({ length: count }, () => value));
  return inRow
    .map((value, index) => ({ value, place: (index * stride) % inRow.length }))
    .sort((one, other) => one.place - other.place)
    .map(({ value }) => value);
}

function views(eventId: string, measuredAt: string, totals: readonly number[]): FileMessage[] {
  return totals.map((total, index) =>
    message('channel.views-measured', measuredAt, {
      eventId,
      channel: CHANNELS[index]?.[0],
      views: total,
      measuredAt,
    }),
  );
}

function sales(storeId: string, firstDay: string, amounts: readonly number[]): FileMessage[] {
  return amounts.map((amount, index) => {
    const day = new Date(Date.parse(firstDay) + index * 86_400_000).toISOString().slice(0, 10);
    return message('sales.recorded', `${day}T14:00:00Z`, { storeId, saleDate: day, amount });
  });
}
