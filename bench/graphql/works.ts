import type { Lifecycle } from '../../src/lifecycle';
import { type Rival, startRival } from '../contest/rival';
import type { Stage } from '../contest/stage';
import type { Comparable } from './compare';
import {
  FIFTY_DASHBOARDS,
  FULL_DASHBOARD,
  ONE_SECTION,
  type Operation,
  requestsFor,
  TITLE_AND_COUNT,
} from './operations';

/** Who does which work. */
export interface PlannedWork {
  readonly name: string;
  /** Ours first. */
  readonly contestants: readonly Comparable[];
}

/** Ours over each rival is to be more than this. */
const WANTED = 1.2;
const OPERATIONS = [TITLE_AND_COUNT, ONE_SECTION, FULL_DASHBOARD, FIFTY_DASHBOARDS];
const ERRORS = '"errors"';
const DATA = '"data"';

/** @param only works whose names hold it; all when left out */
export async function openWorks(
  lifecycle: Lifecycle,
  stage: Stage,
  only: string | undefined,
): Promise<PlannedWork[]> {
  const rivals = {
    'Mercurius + graphql-jit': await startRival(lifecycle, stage, 'Mercurius', 'graphql/mercurius.mjs'),
    'Yoga + graphql-jit': await startRival(lifecycle, stage, 'Yoga', 'graphql/yoga.mjs'),
  };
  const ours: Rival = { server: stage.gateway, url: `${stage.origin}/graphql` };
  return OPERATIONS.filter(({ name }) => name.includes(only ?? '')).map((operation) => ({
    name: `GraphQL, ${operation.name}`,
    contestants: [
      contestant('this service', ours, operation, stage, null),
      ...Object.entries(rivals).map(([name, rival]) => contestant(name, rival, operation, stage, WANTED)),
    ],
  }));
}

function contestant(
  name: string,
  { server, url }: Rival,
  operation: Operation,
  stage: Stage,
  wanted: number | null,
): Comparable {
  const { origin, pathname } = new URL(url);
  const requests = requestsFor(operation, stage, pathname);
  return { name, server, wanted, load: { url: origin, requests, mustHold: DATA, mustNotHold: ERRORS } };
}
