import {
  type DistributedChannel,
  loadDistributedChannels,
  saveDistributedChannels,
} from '../../database/channels';
import { enrolForPolling, forgetAsked } from '../../database/polls';
import { absentDistributions } from '../../database/verification/distributions';
import type { DistributionCompleted } from '../messages/distribution-completed';
import type { EventProjection } from './projection';
import { createTrace, isoOf, type Verifiable } from './verifiable';

/**
 * A channel's state is that of the latest distribution naming it, the first applied on a tie; its place in the order
 * is that of the earliest, which may well arrive last.
 */
export const distributionProjection: EventProjection<DistributionCompleted> &
  Verifiable<DistributionCompleted> = {
  locks: 'events',
  eventOf: ({ eventId }) => eventId,
  async apply(sql, messages) {
    const ids = new Set(messages.map((message) => message.eventId));
    const channels = new ChannelStates(await loadDistributedChannels(sql, ids));
    const changed = messages.map((message) => channels.apply(message));
    await saveDistributedChannels(sql, channels.changed());
    await enrolForPolling(
      sql,
      new Set(messages.filter((_, position) => changed[position]).map(({ eventId }) => eventId)),
    );
    await forgetAsked(sql, channels.renamed());
    return { changed };
  },
  trace: createTrace({
    leftBy: ({ eventId, occurredAt, channels }) =>
      channels.map(({ channel }) => ({ eventId, channel, distributedAt: occurredAt })),
    findAbsent: absentDistributions,
    describe: ({ eventId, channel, distributedAt }) =>
      `no distribution of event ${eventId} over ${channel} that takes in ${isoOf(distributedAt)}`,
  }),
  // Distributions are not kept: their traces alone tell whether a channel has what it must.
  rollups: [],
};

/** The channels of a batch's events as messages change them one by one. */
class ChannelStates {
  private readonly states = new Map<string, DistributedChannel>();
  private readonly changedKeys = new Set<string>();

  constructor(private readonly stored: readonly DistributedChannel[]) {
    for (const state of stored) this.states.set(keyOf(state), state);
  }

  /** @returns whether the message changed the state or the place of any channel */
  apply(message: DistributionCompleted): boolean {
    const changes = message.channels.map((named, position) => {
      const arriving: DistributedChannel = {
        eventId: message.eventId,
        ...named,
        distributedAt: message.occurredAt,
        firstAt: message.occurredAt,
        firstPosition: position,
      };
      const key = keyOf(arriving);
      const current = this.states.get(key);
      const next = current === undefined ? arriving : merge(current, arriving);
      if (next === current) return false;
      this.states.set(key, next);
      this.changedKeys.add(key);
      return true;
    });
    return changes.includes(true);
  }

  changed(): readonly DistributedChannel[] {
    return [...this.changedKeys].map((key) => this.states.get(key)!);
  }

  /** Those whose platform now calls the event otherwise: they are to be asked about at once. */
  renamed(): readonly DistributedChannel[] {
    return this.stored.filter((before) => this.states.get(keyOf(before))?.externalId !== before.externalId);
  }
}

/** @returns the current state itself when the arriving one adds nothing to it */
function merge(current: DistributedChannel, arriving: DistributedChannel): DistributedChannel {
  const isNewer = arriving.distributedAt > current.distributedAt;
  const isFirst =
    arriving.firstAt < current.firstAt ||
    (arriving.firstAt === current.firstAt && arriving.firstPosition < current.firstPosition);
  if (!isNewer && !isFirst) return current;
  const state = isNewer ? arriving : current;
  const place = isFirst ? arriving : current;
  return { ...state, firstAt: place.firstAt, firstPosition: place.firstPosition };
}

function keyOf({ eventId, channel }: Pick<DistributedChannel, 'eventId' | 'channel'>): string {
  return `${eventId} ${channel}`;
}
