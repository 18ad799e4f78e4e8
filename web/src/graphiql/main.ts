import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './graphiql.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const WELCOME = `# Every operation wants a bearer token:
# it stands under "Headers" when you come from the dashboard.
# Put the id of an event under "Variables", and watch.

subscription Watch($eventId: UUID!) {
  participantCount(eventId: $eventId) {
    count
    dailyChange
    achievementRate
    version
  }
}
`;

/** The tab's own token, when a person has signed in on the dashboard. */
const token = sessionStorage.getItem('token') ?? '<token>';

createRoot(document.getElementById('graphiql')!).render(
  createElement(GraphiQL, {
    fetcher: createGraphiQLFetcher({
      url: '/graphql',
      subscriptionUrl: new URL('/graphql', location.href.replace(/^http/, 'ws')).href,
    }),
    defaultQuery: WELCOME,
    initialHeaders: JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2),
    defaultEditorToolsVisibility: 'headers',
    // A token is never left behind in the browser.
    shouldPersistHeaders: false,
    showPersistHeadersSettings: false,
  }),
);
