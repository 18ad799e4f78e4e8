import { byCodePoint, divideHalfAwayFromZero, percentTenths, shown, sum } from './arithmetic';
import type { KnownEvent, KnownParticipant } from './known';
import { dayNumber, HOUR, hourShown, startOfDay, startOfHour, written } from './moments';

export function participantsCard(event: KnownEvent, participants: readonly KnownParticipant[], now: number) {
  const todayStart = startOfDay(dayNumber(now));
  return {
    count: participants.length,
    targetGoal: Number(event.targetGoal),
    achievementRate: shown(percentTenths(BigInt(participants.length), event.targetGoal)),
    dailyChange: participants.filter(({ registeredAt }) => registeredAt >= todayStart).length,
  };
}

const MOST_POINTS = 2_000;

export function trend(event: KnownEvent, participants: readonly KnownParticipant[], now: number) {
  const asked = event.endAt - event.startAt <= 48 * HOUR ? 'HOURLY' : 'DAILY';
  const moments = participants.map(({ registeredAt }) => registeredAt);
  if (moments.length === 0) return { timeUnit: asked, dataPoints: [] };
  const from = Math.min(event.startAt, ...moments);
  const isShown = (start: number): boolean =>
    start < Math.min(now, event.endAt) || start <= Math.max(...moments);
  const hours = startsWhile(isShown, (step) => startOfHour(from) + step * HOUR, MOST_POINTS + 1);
  const isHourly = asked === 'HOURLY' && hours.length <= MOST_POINTS;
  const starts = isHourly
    ? hours
    : startsWhile(isShown, (step) => startOfDay(dayNumber(from) + step), Infinity);
  const ends = starts.map(
    (start, index) => starts[index + 1] ?? (isHourly ? start + HOUR : start + 24 * HOUR),
  );
  const dataPoints = starts.map((start, index) => ({
    timestamp: written(start),
    participantCount: moments.filter((moment) => moment < ends[index]!).length,
  }));
  return {
    timeUnit: isHourly ? 'HOURLY' : 'DAILY',
    dataPoints: dataPoints.slice(-MOST_POINTS),
    peakTime: peak(moments),
  };
}

function startsWhile(
  isShown: (start: number) => boolean,
  at: (step: number) => number,
  most: number,
): number[] {
  const starts: number[] = [];
  while (starts.length < most && isShown(at(starts.length))) starts.push(at(starts.length));
  return starts;
}

function peak(moments: readonly number[]) {
  const hours = [...new Set(moments.map(startOfHour))].sort((one, other) => one - other);
  const counts = hours.map((hour) => moments.filter((moment) => startOfHour(moment) === hour).length);
  const highest = counts.indexOf(Math.max(...counts));
  return { timestamp: written(hours[highest]!), participantCount: counts[highest]! };
}

const AGES = ['10대', '20대', '30대', '40대', '50대 이상', '미상'];
const GENDERS = ['남성', '여성', '미상'];
const SLOTS = ['오전 (06:00-12:00)', '오후 (12:00-18:00)', '저녁 (18:00-24:00)', '새벽 (00:00-06:00)'];

export function profile(participants: readonly KnownParticipant[]) {
  return {
    ageDistribution: shares(countEach(AGES, participants.map(ageGroup))).map(([ageGroup, share]) => ({
      ageGroup,
      ...share,
    })),
    genderDistribution: shares(countEach(GENDERS, participants.map(gender))).map(([gender, share]) => ({
      gender,
      ...share,
    })),
    regionDistribution: shares(regions(participants)).map(([region, share]) => ({ region, ...share })),
    timeDistribution: shares(countEach(SLOTS, participants.map(timeSlot))).map(([timeSlot, share]) => ({
      timeSlot,
      ...share,
    })),
  };
}

function ageGroup({ age }: KnownParticipant): string {
  if (age === null) return '미상';
  if (age < 20) return '10대';
  return age < 50 ? `${Math.floor(age / 10)}0대` : '50대 이상';
}

function gender(participant: KnownParticipant): string {
  if (participant.gender === null) return '미상';
  return participant.gender === 'MALE' ? '남성' : '여성';
}

function timeSlot({ registeredAt }: KnownParticipant): string {
  return SLOTS[(Math.floor(hourShown(registeredAt) / 6) + 3) % 4]!;
}

type Bucket = readonly [name: string, count: number];

function countEach(names: readonly string[], found: readonly string[]): Bucket[] {
  return names
    .map((name): Bucket => [name, found.filter((each) => each === name).length])
    .filter(([name, count]) => name !== '미상' || count > 0);
}

function regions(participants: readonly KnownParticipant[]): Bucket[] {
  const reported = participants
    .map(({ region }) => region)
    .filter((region) => region !== '' && region !== '기타');
  const largest = countEach([...new Set(reported)], reported)
    .sort(([one, ones], [other, others]) => others - ones || byCodePoint(one, other))
    .slice(0, 5);
  const rest = participants.length - largest.reduce((total, [, count]) => total + count, 0);
  return rest > 0 ? [...largest, ['기타', rest]] : largest;
}

/** Each rounded by itself; then one of them is what the others leave of 100.0. */
function shares(buckets: readonly Bucket[]): [string, { count: number; percentage: number }][] {
  const counts = buckets.map(([, count]) => BigInt(count));
  const total = sum(counts);
  const tenths = counts.map((count) => divideHalfAwayFromZero(count * 1_000n, total));
  const left = (place: number): bigint => 1_000n - sum(tenths.filter((_, index) => index !== place));
  const last = counts.reduce((found, count, index) => (count > 0n ? index : found), -1);
  const largest = counts.findIndex((count) => counts.every((other) => other <= count));
  const taker = last === -1 || left(last) >= 0n ? last : largest;
  return buckets.map(([name, count], index) => [
    name,
    { count, percentage: shown(index === taker ? left(index) : tenths[index]!) },
  ]);
}
