import { z } from 'zod';
import { count } from '../messages/fields';
import { pathFor, type SingleConnector } from './connector';

/**
 * The reads of a post, in the form that Naver's open APIs give their JSON: the result within a `message`. Naver publishes
 * no API of a post's reads, so path and field are assumed (docs/channels.md).
 */
export const naverBlog: SingleConnector = {
  request(question, config) {
    const path = pathFor(question, config, '/v1/blog/posts/{id}/stats');
    return path === undefined ? undefined : { path };
  },

  answer: z
    .object({ message: z.object({ result: z.object({ readCount: count }) }) })
    .transform(({ message }) => ({ kind: 'counted' as const, views: message.result.readCount })),
};
