import { loadDistributedChannels } from '../../database/channels';
import type { MessageId } from '../../domain/values';
import type { ChannelViewsMeasured } from '../messages/channel-views-measured';
import type { Projections } from '../projections/registry';

type ViewsProjection = Projections['channel.views-measured'];

/** By which name of the event the platform was asked, by the message that its answer has become. Null: without one. */
export type AskedNames = ReadonlyMap<MessageId, string | null>;

/**
 * Applies answers only while the platform calls the event as it did when it was asked: a distribution may have brought another
 * name since, and what is counted under the old one is about something else. Read behind the locks of the events, which a
 * distribution takes as well, so no name changes between the look and the effect.
 */
export function underPresentNames(projection: ViewsProjection, askedNames: AskedNames): ViewsProjection {
  return {
    ...projection,
    async apply(sql, messages, committedAt) {
      const distributed = await loadDistributedChannels(sql, new Set(messages.map(({ eventId }) => eventId)));
      const present = new Map(distributed.map((state) => [keyOf(state), state.externalId]));
      const isAskedAsNow = messages.map(
        (message) => present.get(keyOf(message)) === askedNames.get(message.messageId),
      );
      const kept = messages.filter((_, place) => isAskedAsNow[place]);
      const applied = await projection.apply(sql, kept, committedAt);
      let place = 0;
      return { ...applied, changed: isAskedAsNow.map((isKept) => isKept && applied.changed[place++]!) };
    },
  };
}

function keyOf({ eventId, channel }: Pick<ChannelViewsMeasured, 'eventId' | 'channel'>): string {
  return `${eventId} ${channel}`;
}
