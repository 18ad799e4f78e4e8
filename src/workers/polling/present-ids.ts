import { loadDistributedChannels } from '../../database/channels';
import type { MessageId } from '../../domain/values';
import type { ChannelViewsMeasured } from '../messages/channel-views-measured';
import type { Projections } from '../projections/registry';

type ViewsProjection = Projections['channel.views-measured'];

/** By which external id of the event the platform was asked, by the message that its answer has become. Null: by none. */
export type AskedIds = ReadonlyMap<MessageId, string | null>;

/**
 * Applies an answer only while the event has the external id by which the platform was asked: a distribution may have brought
 * another one since, and what is counted under the old one is about something else. The ids are read behind the locks of the
 * events, which a distribution takes as well, so none changes between the look and the effect.
 */
export function underPresentIds(projection: ViewsProjection, askedIds: AskedIds): ViewsProjection {
  return {
    ...projection,
    async apply(sql, messages, committedAt, locked) {
      const distributed = await loadDistributedChannels(sql, new Set(messages.map(({ eventId }) => eventId)));
      const present = new Map(distributed.map((state) => [keyOf(state), state.externalId]));
      const isAskedAsNow = messages.map(
        (message) => present.get(keyOf(message)) === askedIds.get(message.messageId),
      );
      const kept = messages.filter((_, place) => isAskedAsNow[place]);
      const applied = await projection.apply(sql, kept, committedAt, locked);
      let place = 0;
      return { ...applied, changed: isAskedAsNow.map((isKept) => isKept && applied.changed[place++]!) };
    },
  };
}

function keyOf({ eventId, channel }: Pick<ChannelViewsMeasured, 'eventId' | 'channel'>): string {
  return `${eventId} ${channel}`;
}
