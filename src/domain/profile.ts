import type { Count, Percent } from './values';
import type { BusinessCalendar } from './calendar';
import { sharesOf, sumCounts } from './rounding';
import { AGE_CODES, type AgeCode, type CountFacts, GENDER_CODES, type GenderCode } from './facts';
import type { HourFacts, ProfileFacts } from './facts';
import { compareNames } from './names';

/** The participants of one age group. */
export interface AgeShare {
  readonly ageGroup: string;
  readonly count: Count;
  readonly percentage: Percent;
}

/** The participants of one gender. */
export interface GenderShare {
  readonly gender: string;
  readonly count: Count;
  readonly percentage: Percent;
}

/** The participants of one region. */
export interface RegionShare {
  readonly region: string;
  readonly count: Count;
  readonly percentage: Percent;
}

/** The participants who registered within one part of the day. */
export interface TimeSlotShare {
  readonly timeSlot: string;
  readonly count: Count;
  readonly percentage: Percent;
}

/** Who takes part, and when. */
export interface ParticipantProfile {
  readonly ageDistribution: readonly AgeShare[];
  readonly genderDistribution: readonly GenderShare[];
  readonly regionDistribution: readonly RegionShare[];
  readonly timeDistribution: readonly TimeSlotShare[];
}

const UNKNOWN = '미상';
export const OTHER_REGIONS = '기타';
/** So many regions have a row of their own. */
export const REGIONS_SHOWN = 5;

const AGE_GROUPS: Readonly<Record<AgeCode, string>> = {
  '10': '10대',
  '20': '20대',
  '30': '30대',
  '40': '40대',
  '50': '50대 이상',
  UNKNOWN,
};

const GENDERS: Readonly<Record<GenderCode, string>> = { MALE: '남성', FEMALE: '여성', UNKNOWN };

const TIME_SLOTS = [
  { timeSlot: '오전 (06:00-12:00)', from: 6 },
  { timeSlot: '오후 (12:00-18:00)', from: 12 },
  { timeSlot: '저녁 (18:00-24:00)', from: 18 },
  { timeSlot: '새벽 (00:00-06:00)', from: 0 },
] as const;
const SLOT_HOURS = 6;

/** Who takes part, and when: four distributions, each adding up to exactly 100.0 %. */
export function participantProfile(
  counts: CountFacts,
  profile: ProfileFacts,
  hours: readonly HourFacts[],
  calendar: BusinessCalendar,
): ParticipantProfile {
  return {
    ageDistribution: ageDistribution(profile),
    genderDistribution: genderDistribution(profile),
    regionDistribution: regionDistribution(counts, profile),
    timeDistribution: timeDistribution(hours, calendar),
  };
}

/** From the youngest to the oldest, always all five; 미상 last, only when it has anybody. */
export function ageDistribution(profile: ProfileFacts): AgeShare[] {
  const buckets = AGE_CODES.map((code) => bucket(AGE_GROUPS[code], profile.age.get(code)));
  return withShares(buckets.filter(isShown)).map(({ name, ...share }) => ({ ageGroup: name, ...share }));
}

/** 남성 and 여성, always both; 미상 last, only when it has anybody. */
export function genderDistribution(profile: ProfileFacts): GenderShare[] {
  const buckets = GENDER_CODES.map((code) => bucket(GENDERS[code], profile.gender.get(code)));
  return withShares(buckets.filter(isShown)).map(({ name, ...share }) => ({ gender: name, ...share }));
}

/**
 * The five largest regions by count, then name; 기타 last, only when it has anybody: the smaller regions, those
 * reported as 기타 and the unknown ones, which is everybody not counted in the five.
 */
export function regionDistribution(counts: CountFacts, profile: ProfileFacts): RegionShare[] {
  const largest = profile.topRegions
    .filter(({ region, count }) => count > 0 && region !== OTHER_REGIONS && region !== '')
    .sort((left, right) => right.count - left.count || compareNames(left.region, right.region))
    .slice(0, REGIONS_SHOWN)
    .map(({ region, count }) => bucket(region, count));
  const named = sumCounts(largest.map(({ count }) => count));
  const rest = counts.participants - named;
  const buckets = rest > 0 ? [...largest, bucket(OTHER_REGIONS, rest as Count)] : largest;
  return withShares(buckets).map(({ name, ...share }) => ({ region: name, ...share }));
}

/** Parts of the business day, by the clock at registration; always all four. */
export function timeDistribution(hours: readonly HourFacts[], calendar: BusinessCalendar): TimeSlotShare[] {
  const buckets = TIME_SLOTS.map(({ timeSlot, from }) => {
    const within = hours.filter(({ hour }) => isWithin(calendar.hourOfDay(hour), from));
    return bucket(timeSlot, sumCounts(within.map(({ registrations }) => registrations)));
  });
  return withShares(buckets).map(({ name, ...share }) => ({ timeSlot: name, ...share }));
}

function isWithin(hourOfDay: number, from: number): boolean {
  return hourOfDay >= from && hourOfDay < from + SLOT_HOURS;
}

interface Bucket {
  readonly name: string;
  readonly count: Count;
}

function bucket(name: string, count: Count = 0 as Count): Bucket {
  return { name, count };
}

function isShown({ name, count }: Bucket): boolean {
  return name !== UNKNOWN || count > 0;
}

function withShares(buckets: readonly Bucket[]): (Bucket & { readonly percentage: Percent })[] {
  const shares = sharesOf(buckets.map(({ count }) => count));
  return buckets.map((each, position) => ({ ...each, percentage: shares[position] ?? (0 as Percent) }));
}
