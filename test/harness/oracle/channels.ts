import { byCodePoint, divideHalfAwayFromZero, percentTenths, shown, sum } from './arithmetic';
import { type KnownMeasurement, type KnownParticipant, latest, type Naming } from './known';

/** One channel of an event with all that a dashboard says of it. */
export interface KnownChannel {
  readonly name: string;
  readonly views: bigint;
  readonly viewsAtClose: bigint;
  readonly participants: bigint;
  readonly cost: bigint;
  readonly status: string;
}

/** The channels in their order: those that were distributed, by when and where they were first named; then the others. */
export function channelsInOrder(
  namings: readonly Naming[],
  measurements: readonly KnownMeasurement[],
  participants: readonly KnownParticipant[],
  todayStart: number,
): KnownChannel[] {
  const distributed = [...namings]
    .sort(
      (one, other) =>
        one.at - other.at || one.position - other.position || byCodePoint(one.channel, other.channel),
    )
    .map(({ channel }) => channel);
  const others = [...measurements, ...participants].map(({ channel }) => channel).sort(byCodePoint);
  return [...new Set([...distributed, ...others])].map((name) => {
    const measured = measurements.filter(({ channel }) => channel === name);
    const distribution = latest(namings.filter(({ channel }) => channel === name));
    const expected = distribution?.expectedViews ?? 0n;
    return {
      name,
      views: latest(measured)?.views ?? expected,
      viewsAtClose: latest(measured.filter(({ at }) => at < todayStart))?.views ?? expected,
      participants: BigInt(participants.filter(({ channel }) => channel === name).length),
      cost: distribution?.cost ?? 0n,
      status: distribution?.status ?? 'PENDING',
    };
  });
}

/** What the platforms call the event, by channel, as the latest distribution of each says. */
export function externalIdsByChannel(namings: readonly Naming[]): ReadonlyMap<string, string> {
  const channels = [...new Set(namings.map(({ channel }) => channel))];
  const named = channels.map((name) => [
    name,
    latest(namings.filter(({ channel }) => channel === name))?.externalId ?? null,
  ]);
  return new Map(named.filter((entry): entry is [string, string] => entry[1] !== null));
}

function totalViews(channels: readonly KnownChannel[]): bigint {
  return sum(channels.map(({ views }) => views));
}

export function viewsCard(channels: readonly KnownChannel[]) {
  const before = sum(channels.map(({ viewsAtClose }) => viewsAtClose));
  return {
    count: Number(totalViews(channels)),
    yesterdayChange: shown(percentTenths(totalViews(channels) - before, before)),
    channelBreakdown: channels
      .filter(({ views }) => views > 0n)
      .map(({ name, views }) => ({ channel: name, views: Number(views) })),
  };
}

export function channelTable(channels: readonly KnownChannel[]) {
  return channels.map(({ name, views, participants, cost, status }) => ({
    channel: name,
    views: Number(views),
    participants: Number(participants),
    conversionRate: shown(percentTenths(participants, views)),
    costPerAcquisition: Number(divideHalfAwayFromZero(cost, participants)),
    status,
  }));
}

/** 참여율, in tenths. */
export function participationTenths(participants: number, channels: readonly KnownChannel[]): bigint {
  return percentTenths(BigInt(participants), totalViews(channels));
}

/** 전환율, in tenths: of the channels that have views. */
export function conversionTenths(channels: readonly KnownChannel[]): bigint {
  const seen = channels.filter(({ views }) => views > 0n);
  return percentTenths(sum(seen.map(({ participants }) => participants)), totalViews(seen));
}
