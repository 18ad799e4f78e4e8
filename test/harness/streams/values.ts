import fc from 'fast-check';

/** The values of random messages: few enough to repeat, and close enough that only exact rules distinguish them. */

/** The time in every stream: 19:30 in Seoul. */
export const NOW = Date.UTC(2025, 9, 22, 10, 30);
const MINUTE = 60_000;
const DAY = 86_400_000;
const TODAY_START = Date.UTC(2025, 9, 21, 15);

/**
 * Ids that differ in their first digit, and so lie in different corners of an index.
 *
 * @param kind one digit for each kind of id
 */
export const idOf = (kind: number, index: number): string =>
  `${((index * 5 + 3) % 16).toString(16)}${kind}c0ffee-0000-4000-8000-${String(index).padStart(12, '0')}`;

export const eventIdOf = (index: number): string => idOf(1, index);
export const storeIdOf = (index: number): string => idOf(2, index);

/** The numbers of stores and events. */
export interface Shops {
  readonly stores: number;
  readonly events: number;
}

/** Uuids come in either case and mean the same. */
export const spelled = (id: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(id) },
    { weight: 1, arbitrary: fc.constant(id.toUpperCase()) },
  );

export const storeId = ({ stores }: Shops) => fc.nat(stores - 1).chain((index) => spelled(storeIdOf(index)));
export const eventId = ({ events }: Shops) => fc.nat(events - 1).chain((index) => spelled(eventIdOf(index)));
/** A few people, who take part again and again. */
export const participantId = fc.nat(9).chain((index) => spelled(idOf(3, index)));
export const messageId = fc.uuid();

const written = (instant: number): string => new Date(instant).toISOString();

/** The same instant as upstreams may write it; what lies below a millisecond is cut off. */
const spellings: readonly ((instant: number) => string)[] = [
  written,
  (instant) => written(instant).replace('.000Z', 'Z'),
  (instant) => written(instant + 9 * 3_600_000).replace('Z', '+09:00'),
  (instant) => written(instant - 90 * MINUTE).replace('Z', '-01:30'),
  (instant) => written(instant).replace('Z', '999Z'),
  (instant) => written(instant).toLowerCase(),
];

const spelledInstant = (instants: fc.Arbitrary<number>): fc.Arbitrary<string> =>
  fc.tuple(instants, fc.constantFrom(...spellings)).map(([instant, spell]) => spell(instant));

/** On either side of what the rules turn on, and a few that are met again and again. */
const edges = [
  TODAY_START,
  TODAY_START - 1,
  TODAY_START - DAY,
  NOW,
  NOW - 1,
  NOW + DAY,
  NOW - DAY,
  Date.UTC(2025, 9, 20, 18),
  Date.UTC(2025, 9, 20, 17, 59, 59, 999),
];

export const observedAt = spelledInstant(
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...edges) },
    {
      weight: 6,
      arbitrary: fc.integer({ min: -30 * 24 * 60, max: 23 * 60 }).map((minutes) => NOW + minutes * MINUTE),
    },
    { weight: 1, arbitrary: fc.constant(Date.UTC(2000, 0, 1)) },
  ),
);

/** Often one and the same: for what is decided by more than the instant. */
export const distributedAt = fc.oneof(spelledInstant(fc.constantFrom(NOW - DAY, NOW - 2 * DAY)), observedAt);

/** How long an event lasts: about the 48 hours that decide the buckets, days, and all the time there is. */
export const schedule = fc
  .tuple(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.integer({ min: -20 * 24, max: 3 * 24 }).map((hours) => NOW + hours * 60 * MINUTE),
      },
      { weight: 2, arbitrary: fc.constantFrom(...edges) },
      { weight: 1, arbitrary: fc.constantFrom(Date.UTC(2000, 0, 1), Date.UTC(2018, 0, 1)) },
    ),
    fc.constantFrom(1, 60 * MINUTE, 2 * DAY, 2 * DAY + 1, 7 * DAY, 30 * DAY),
    fc.constantFrom(...spellings),
  )
  .map(([startAt, length, spell]) => ({ startAt: spell(startAt), endAt: spell(startAt + length) }));

export const saleDate = fc
  .oneof(
    { weight: 9, arbitrary: fc.integer({ min: -30, max: 2 }).map((days) => NOW + days * DAY) },
    { weight: 1, arbitrary: fc.constantFrom(Date.UTC(2000, 0, 1), Date.UTC(2100, 11, 31)) },
  )
  .map((instant) => written(instant).slice(0, 10));

const MOST = 10 ** 12;

/** Won and counts: nothing, everything, and the small numbers of which rounding has to make sense. */
export const amount = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(0, 1, MOST - 1, MOST) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3_000_000 }) },
);

/** The same name as two systems type it: composed or not, with or without blanks of any kind around it. */
const typed = (name: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    name,
    name,
    name,
    ` ${name}`,
    `${name}\u00a0\n`,
    name.normalize('NFD'),
    `\ufeff${name.normalize('NFD')} `,
  );

/** What a name means, however it is typed. */
export const nameOf = (text: string): string => text.trim().normalize('NFC');

/** Sorted by UTF-16 unit, the last two would change places. */
const CHANNELS = ['우리동네TV', '지니TV', 'Instagram', 'Naver Blog', 'Café', '\u{1f4fa}', '\ufb01'];
const REGIONS = [
  '서울',
  '경기',
  '부산',
  '대구',
  '인천',
  '제주',
  '세종',
  '기타',
  '미상',
  '\u{1f3dd}',
  '\ufb01',
];

export const channel = fc.constantFrom(...CHANNELS).chain(typed);
/** Each named once, as a distribution must. */
export const distinctChannels = fc
  .uniqueArray(fc.constantFrom(...CHANNELS), { minLength: 1, maxLength: 5 })
  .chain((names) => fc.tuple(...names.map(typed)));
/** What a platform calls a post: two that are met again and again, and none. */
export const externalId = fc.oneof(
  fc.constantFrom('17', ' 17 ', 'Cafe\u0301', '\u{1f4fa}'.repeat(200)),
  fc.constantFrom(null, undefined),
);
export const region = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...REGIONS).chain(typed) },
  { weight: 2, arbitrary: fc.constantFrom('', ' \u3000 ', null, undefined) },
);
export const industry = fc.oneof(
  { weight: 9, arbitrary: typed('카페') },
  { weight: 1, arbitrary: typed('음식점') },
);
/** Kept as it is sent, blanks, quotes and decomposed letters too. */
export const title = fc.constantFrom(
  '신규 고객 환영 이벤트',
  ' 앞뒤에 빈칸 ',
  '"따옴표" \\ 와 \u2028',
  'Cafe\u0301',
  '\u{1f389}'.repeat(200),
);
