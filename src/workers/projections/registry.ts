import type { BusinessCalendar } from '../../domain/calendar';
import type { MessageOf, Topic } from '../messages/topics';
import { distributionProjection } from './distributions';
import { erasureProjection } from './erasures';
import { eventProjection } from './event-definitions';
import { participantProjection } from './participants';
import type { PersonDigests } from './person-digests';
import type { EventProjection, PersonProjection, StoreProjection } from './projection';
import { salesProjection } from './sales';
import type { Verifiable } from './verifiable';
import { viewsProjection } from './views';

export type Projections = {
  readonly [T in Topic]: (T extends 'participant.erased'
    ? PersonProjection<MessageOf<T>>
    : T extends 'sales.recorded'
      ? StoreProjection<MessageOf<T>>
      : EventProjection<MessageOf<T>>) &
    Verifiable<MessageOf<T>>;
};

/**
 * One projection per topic. A report of what verification finds names their rollups in this order.
 *
 * @param calendar says which day a measurement belongs to
 * @param digests stand for people who are erased; undefined: nobody can be
 */
export function createProjections(
  calendar: Pick<BusinessCalendar, 'dayOf'>,
  digests: PersonDigests | undefined,
): Projections {
  return {
    'participant.registered': participantProjection(digests),
    'participant.erased': erasureProjection(digests),
    'distribution.completed': distributionProjection,
    'channel.views-measured': viewsProjection(calendar),
    'sales.recorded': salesProjection,
    'event.created': eventProjection,
  };
}
