import { z } from 'zod';
import { count, observedAt } from '../messages/fields';
import { pathFor, type SingleConnector } from './connector';

/** The plain contract of docs/channel-platform.yaml, for platforms that can implement one: 우리동네TV, 지니TV. */
export const json: SingleConnector = {
  request(question, config) {
    const path = pathFor(question, config, '/events/{eventId}/views');
    return path === undefined ? undefined : { path };
  },

  answer: z
    .object({ views: count, measuredAt: z.optional(observedAt) })
    .transform((answer) => ({ kind: 'counted' as const, ...answer })),
};
