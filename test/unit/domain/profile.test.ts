import { createBusinessCalendar } from '../../../src/domain/calendar';
import type { AgeCode, GenderCode, ProfileFacts } from '../../../src/domain/facts';
import {
  ageDistribution,
  genderDistribution,
  participantProfile,
  regionDistribution,
  timeDistribution,
} from '../../../src/domain/profile';
import type { Count } from '../../../src/domain/values';
import { count, countFacts, hourFacts, utc } from './facts-of';

interface ProfileSketch {
  readonly age?: Partial<Record<AgeCode, number>>;
  readonly gender?: Partial<Record<GenderCode, number>>;
  readonly regions?: Readonly<Record<string, number>>;
}

function profileFacts({ age = {}, gender = {}, regions = {} }: ProfileSketch): ProfileFacts {
  return {
    age: countsOf(age),
    gender: countsOf(gender),
    topRegions: Object.entries(regions).map(([region, value]) => ({ region, count: count(value) })),
  };
}

function countsOf<Code extends string>(counts: Partial<Record<Code, number>>): ReadonlyMap<Code, Count> {
  return new Map(Object.entries(counts) as [Code, Count][]);
}

describe('the age distribution', () => {
  it('always has all five groups, from the youngest to the oldest', () => {
    expect(ageDistribution(profileFacts({ age: { '50': 1, '10': 3 } }))).toEqual([
      { ageGroup: '10대', count: 3, percentage: 75 },
      { ageGroup: '20대', count: 0, percentage: 0 },
      { ageGroup: '30대', count: 0, percentage: 0 },
      { ageGroup: '40대', count: 0, percentage: 0 },
      { ageGroup: '50대 이상', count: 1, percentage: 25 },
    ]);
  });

  it('ends with the unknown ones when there are any', () => {
    const groups = ageDistribution(profileFacts({ age: { UNKNOWN: 1 } }));
    expect(groups).toHaveLength(6);
    expect(groups.at(-1)).toEqual({ ageGroup: '미상', count: 1, percentage: 100 });
  });
});

describe('the gender distribution', () => {
  it('names men, then women, and the unknown ones when there are any', () => {
    expect(genderDistribution(profileFacts({ gender: { FEMALE: 2, MALE: 1 } }))).toEqual([
      { gender: '남성', count: 1, percentage: 33.3 },
      { gender: '여성', count: 2, percentage: 66.7 },
    ]);
    const genders = genderDistribution(profileFacts({ gender: { UNKNOWN: 1, MALE: 1 } }));
    expect(genders.map(({ gender }) => gender)).toEqual(['남성', '여성', '미상']);
  });
});

describe('the region distribution', () => {
  it('shows the five largest by count, then name, and the rest as 기타', () => {
    const facts = profileFacts({ regions: { 부산: 1, 대전: 1, 광주: 1, 서울: 5, 경기: 4, 인천: 1 } });
    expect(regionDistribution(countFacts(20), facts)).toEqual([
      { region: '서울', count: 5, percentage: 25 },
      { region: '경기', count: 4, percentage: 20 },
      { region: '광주', count: 1, percentage: 5 },
      { region: '대전', count: 1, percentage: 5 },
      { region: '부산', count: 1, percentage: 5 },
      { region: '기타', count: 8, percentage: 40 },
    ]);
  });

  it('counts those who reported 기타 or nothing to the rest, however many they are', () => {
    const facts = profileFacts({ regions: { 기타: 9, '': 8, 서울: 1 } });
    expect(regionDistribution(countFacts(18), facts)).toEqual([
      { region: '서울', count: 1, percentage: 5.6 },
      { region: '기타', count: 17, percentage: 94.4 },
    ]);
  });

  it('has no 기타 when no participant is left, and nothing at all without participants', () => {
    expect(regionDistribution(countFacts(1), profileFacts({ regions: { 서울: 1 } }))).toEqual([
      { region: '서울', count: 1, percentage: 100 },
    ]);
    expect(regionDistribution(countFacts(0), profileFacts({}))).toEqual([]);
  });
});

describe('the time distribution', () => {
  const hours = [
    hourFacts('2025-10-20T05:00:00Z', 1),
    hourFacts('2025-10-20T06:00:00Z', 2),
    hourFacts('2025-10-20T11:00:00Z', 3),
    hourFacts('2025-10-20T12:00:00Z', 4),
    hourFacts('2025-10-20T18:00:00Z', 5),
    hourFacts('2025-10-20T23:00:00Z', 6),
    hourFacts('2025-10-21T00:00:00Z', 7),
  ];

  it('cuts the day at six, twelve, eighteen and midnight', () => {
    expect(timeDistribution(hours, utc).map((slot) => [slot.timeSlot, slot.count])).toEqual([
      ['오전 (06:00-12:00)', 5],
      ['오후 (12:00-18:00)', 4],
      ['저녁 (18:00-24:00)', 11],
      ['새벽 (00:00-06:00)', 8],
    ]);
  });

  it('goes by the clock of the business zone', () => {
    const seoul = createBusinessCalendar('Asia/Seoul');
    expect(timeDistribution([hourFacts('2025-10-20T21:00:00Z', 1)], seoul)[0]?.count).toBe(1);
  });
});

it('without participants all shares are 0, no region is named, no bucket of unknown ones is shown', () => {
  const profile = participantProfile(countFacts(0), profileFacts({}), [], utc);
  const {
    ageDistribution: age,
    genderDistribution: gender,
    regionDistribution: region,
    timeDistribution: time,
  } = profile;
  expect([age.length, gender.length, region.length, time.length]).toEqual([5, 2, 0, 4]);
  expect([...age, ...gender, ...time].every((share) => share.percentage === 0 && share.count === 0)).toBe(
    true,
  );
});
