import type { BusinessCalendar } from '../../domain/calendar';
import type { MessageOf, Topic } from '../messages/topics';
import { distributionProjection } from './distributions';
import { eventProjection } from './event-definitions';
import { participantProjection } from './participants';
import type { Projection } from './projection';
import { salesProjection } from './sales';
import { viewsProjection } from './views';

export type Projections = { readonly [T in Topic]: Projection<MessageOf<T>> };

/** One projection per topic. */
export function createProjections(calendar: BusinessCalendar): Projections {
  return {
    'event.created': eventProjection,
    'participant.registered': participantProjection,
    'distribution.completed': distributionProjection,
    'channel.views-measured': viewsProjection(calendar),
    'sales.recorded': salesProjection,
  };
}
