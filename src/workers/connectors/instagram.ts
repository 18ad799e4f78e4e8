import { z } from 'zod';
import { count } from '../messages/fields';
import { type Explanation, pathFor, NO_VALUE, type SingleConnector } from './connector';

const METRIC = 'views';

const figure = z.object({ value: count });
/** Metrics over a lifetime come as the one entry of `values`, newer ones as `total_value`. */
const metric = z
  .object({
    name: z.literal(METRIC, { error: `must be "${METRIC}", the metric that was asked for` }),
    values: z.tuple([figure], { error: 'must be one figure' }).optional(),
    total_value: figure.optional(),
  })
  .transform(({ values, total_value: total }, context) => {
    const found = total ?? values?.[0];
    if (found !== undefined) return { kind: 'counted' as const, views: found.value };
    context.addIssue('must hold values or total_value');
    return z.NEVER;
  });

const refusal = z.object({
  error: z.object({ code: z.number(), error_subcode: z.number().optional(), message: z.string().catch('') }),
});

/** What the platform's own numbers of errors say; it answers most of them with status 400. */
const BY_CODE: ReadonlyMap<number, Explanation> = new Map<number, Explanation>([
  [1, 'SERVER_ERROR'],
  [2, 'SERVER_ERROR'],
  [4, 'RATE_LIMITED'],
  [17, 'RATE_LIMITED'],
  [32, 'RATE_LIMITED'],
  [613, 'RATE_LIMITED'],
  [10, 'REFUSED'],
  [102, 'REFUSED'],
  [190, 'REFUSED'],
]);
const NO_SUCH_OBJECT = { code: 100, subcode: 33 };
/** The code of a missing permission says this as well, of a story that fewer than five have seen. */
const TOO_FEW = { code: 10, message: /not enough viewers/i };

/** Insights of a medium in Instagram's Graph API, metric `views`; the base URL carries the version. */
export const instagram: SingleConnector = {
  request(question, config) {
    const path = pathFor(question, config, '/{id}/insights');
    return path === undefined ? undefined : { path, query: { metric: METRIC } };
  },

  // What the Graph API answers when there is no figure (yet) is an empty set.
  answer: z
    .object({
      data: z.array(metric).max(1, { error: 'must hold no more than the one metric that was asked for' }),
    })
    .transform(({ data }) => data[0] ?? NO_VALUE),

  explain(body) {
    const { data } = refusal.safeParse(body);
    if (data === undefined) return undefined;
    const { code, error_subcode: subcode, message } = data.error;
    if (code === NO_SUCH_OBJECT.code && subcode === NO_SUCH_OBJECT.subcode) return 'no_value';
    if (code === TOO_FEW.code && TOO_FEW.message.test(message)) return 'no_value';
    return BY_CODE.get(code);
  },
};
