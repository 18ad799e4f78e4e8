import { z } from 'zod';
import { count } from '../messages/fields';
import { pathFor, platformIdOf, NO_VALUE, type SingleConnector } from './connector';

const opened = z
  .object({ metric: z.object({ openCount: count }) })
  .transform(({ metric }) => ({ kind: 'counted' as const, views: metric.openCount }));
/**
 * How often a channel message was opened, from Kakao Moment's list of message ads. Its figures are those of the last two
 * years unless it is asked otherwise, so they are a total. The fields of the answer are assumed (docs/channels.md).
 */
export const kakaoChannel: SingleConnector = {
  request(question, config) {
    const path = pathFor(question, config, '/openapi/message/v2/message-ads');
    const id = platformIdOf(question, config);
    return path === undefined || id === undefined
      ? undefined
      : { path, body: { filter: { messageAdIds: [id] } } };
  },

  // A message that is not in the list is not known.
  answer: z
    .object({
      content: z.array(opened).max(1, { error: 'must hold no more than the one message that was asked for' }),
    })
    .transform(({ content }) => content[0] ?? NO_VALUE),
};
