import type { Lifecycle } from '../../src/lifecycle';
import type { Comparable } from '../contest/compare';
import { type Rival, startRival } from '../contest/rival';
import type { Deployment } from '../contest/deployment';
import {
  FIFTY_DASHBOARDS,
  FULL_DASHBOARD,
  graphqlAnswer,
  ONE_SECTION,
  type Operation,
  OVER_SOCKETS,
  requestsFor,
  TITLE_AND_COUNT,
} from './operations';
import { askOverSocket } from './over-socket';
import { TRANSLATIONS } from './postgraphile';

/** Who does which work. */
export interface PlannedWork {
  readonly name: string;
  /** Ours first. */
  readonly contestants: readonly Comparable[];
}

/** Ours over each rival is to be more than this. */
const WANTED = 1.2;
const OPERATIONS = [TITLE_AND_COUNT, ONE_SECTION, FULL_DASHBOARD, FIFTY_DASHBOARDS, ...OVER_SOCKETS];
/** A failure is answered with 200, too. */
const GOOD = { mustHold: '"data"', mustNotHold: '"errors"' };

/** @param only works whose names hold it; all when left out */
export async function openWorks(
  lifecycle: Lifecycle,
  deployment: Deployment,
  only: string | undefined,
): Promise<PlannedWork[]> {
  const start = (name: string, file: string): Promise<Rival> =>
    startRival(lifecycle, deployment, name, `graphql/${file}.mjs`);
  const mercurius = await start('Mercurius + graphql-jit', 'mercurius');
  const yoga = await start('Yoga + graphql-jit', 'yoga');
  const postgraphile = await start('PostGraphile 5', 'postgraphile');
  const ours: Rival = { server: deployment.gateway, url: `${deployment.origin}/graphql` };
  return OPERATIONS.filter(({ name }) => name.includes(only ?? '')).map((operation) => {
    // The others take operations over WebSockets only with another library in front of them.
    const able = operation.transport === 'websocket' ? [mercurius] : [mercurius, yoga];
    const rivals = able.map((rival) => contestant(rival, operation, deployment, WANTED));
    const translation = TRANSLATIONS.get(operation);
    if (translation !== undefined) {
      const translated = contestant(postgraphile, { ...operation, ...translation }, deployment, WANTED);
      rivals.push({ ...translated, toAnswer: (body) => translation.reshape(graphqlAnswer(body)) });
    }
    return {
      name: `GraphQL, ${operation.name}`,
      contestants: [contestant(ours, operation, deployment, null), ...rivals],
    };
  });
}

function contestant(
  { server, url }: Rival,
  operation: Operation,
  deployment: Deployment,
  wanted: number | null,
): Comparable {
  const { origin, pathname } = new URL(url);
  const { transport = 'http' } = operation;
  return {
    name: server === deployment.gateway ? 'this service' : server.name,
    server,
    wanted,
    load: { url: origin, transport, requests: requestsFor(operation, deployment, pathname), ...GOOD },
    toAnswer: graphqlAnswer,
    ...(transport === 'websocket' && { ask: askOverSocket }),
  };
}
