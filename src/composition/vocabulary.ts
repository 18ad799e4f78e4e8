import type { Vocabulary } from '../config/given';
import { createBusinessCalendar } from '../domain/calendar';
import { TOPICS } from '../workers/messages/topics';

/** What the configuration of this service may name. */
export const vocabulary: Vocabulary = { requireTimeZone: createBusinessCalendar, topics: TOPICS };
