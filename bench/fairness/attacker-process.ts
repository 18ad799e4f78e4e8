import { z } from 'zod';
import { createAnswerCounts, type AnswerCounts } from '../../test/hostile/checks/answer-counts';
import { answerParent } from '../live/answering';
import { queries, resources } from './worst/requests';
import { pings, socketQueries, subscriptions } from './worst/sockets';
import { streams } from './worst/streams';
import type { Worst } from './worst/worst';

/** One token that attacks on every transport at once. */
const EVERYTHING: Readonly<Record<string, Worst>> = {
  'GraphQL over HTTP': queries,
  REST: resources,
  'event streams': streams,
  'subscribe and complete': subscriptions,
  'queries on sockets': socketQueries,
  pings,
};

const operation = z.object({
  query: z.string(),
  variables: z.object({ eventIds: z.array(z.string()) }),
});
const victim = z.object({
  origin: z.string(),
  token: z.string(),
  eventIds: z.array(z.string()),
  largest: z.array(operation),
});
let isOver = true;
let attacking: Promise<unknown> = Promise.resolve();
const told = new Map<string, AnswerCounts>(
  Object.keys(EVERYTHING).map((name) => [name, createAnswerCounts()]),
);

answerParent({
  'worst.start': (about) => {
    const common = { ...victim.parse(about), isOver: () => isOver };
    isOver = false;
    attacking = Promise.all(
      Object.entries(EVERYTHING).map(([name, worst]) => worst({ ...common, answerCounts: told.get(name)! })),
    );
    // Also the errors of a stop.
    attacking.catch(() => undefined);
  },
  'worst.stop': async () => {
    isOver = true;
    await attacking;
    return [...told].map(([name, each]) => [name, each.describe()]);
  },
});
