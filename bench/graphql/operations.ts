import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Request } from '../contest/readers';
import type { Deployment } from '../contest/deployment';

/** The operations for the service and its rivals. */
export interface Operation {
  readonly name: string;
  readonly query: string;
  /** Whose tokens ask for which events: an event each, or many at once. */
  readonly asked: 'one event' | 'fifty events';
  /** HTTP when left out. */
  readonly transport?: 'http' | 'websocket';
}

const RATES = 'channel views participants conversionRate costPerAcquisition status';

export const TITLE_AND_COUNT: Operation = {
  name: 'title and count of one event',
  query: `query ($eventId: UUID!) {
    dashboard(eventId: $eventId) { eventTitle summaryCards { totalParticipants { count } } }
  }`,
  asked: 'one event',
};

export const ONE_SECTION: Operation = {
  name: 'one section',
  query: `query ($eventId: UUID!) { dashboard(eventId: $eventId) { channelPerformance { ${RATES} } } }`,
  asked: 'one event',
};

export const FULL_DASHBOARD: Operation = {
  name: 'full dashboard of one event',
  query: readFileSync(path.join(__dirname, '../../src/rest/dashboard.graphql'), 'utf8'),
  asked: 'one event',
};

export const FIFTY_DASHBOARDS: Operation = {
  name: '50 dashboards × two sections',
  query: `query ($eventIds: [UUID!]!) {
    dashboards(eventIds: $eventIds) {
      eventTitle
      summaryCards { totalParticipants { count targetGoal achievementRate dailyChange } }
      channelPerformance { ${RATES} }
    }
  }`,
  asked: 'fifty events',
};

const overSockets = (operation: Operation): Operation => ({
  ...operation,
  name: `${operation.name}, over WebSockets`,
  transport: 'websocket',
});
export const OVER_SOCKETS = [TITLE_AND_COUNT, ONE_SECTION, FULL_DASHBOARD, FIFTY_DASHBOARDS].map(overSockets);

const DASHBOARDS = 50;

/** All requests: of each shop's owner for its events, or with a token for all shops. */
export function requestsFor(
  { asked, query }: Pick<Operation, 'asked' | 'query'>,
  deployment: Deployment,
  path: string,
): Request[] {
  if (asked === 'one event') {
    return deployment.shops.flatMap((shop) => {
      const token = deployment.token([shop]);
      return shop.eventIds.map((eventId) => request(path, token, query, { eventId }));
    });
  }
  const token = deployment.token(deployment.shops);
  const all = deployment.shops.flatMap(({ eventIds }) => eventIds);
  const pages = Array.from({ length: Math.floor(all.length / DASHBOARDS) }, (_, page) =>
    all.slice(page * DASHBOARDS, (page + 1) * DASHBOARDS),
  );
  return pages.map((eventIds) => request(path, token, query, { eventIds }));
}

function request(path: string, token: string, query: string, variables: unknown): Request {
  return {
    method: 'POST',
    path,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  };
}

const answer = z.object({ data: z.unknown(), errors: z.undefined().optional() });

/** @returns the data of an answer. @throws Error when it holds errors */
export function graphqlAnswer(body: string): unknown {
  return answer.parse(JSON.parse(body)).data;
}
