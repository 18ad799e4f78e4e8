import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './graphiql.css';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const WELCOME = `# Every operation wants a bearer token: see "Headers" below. A token from the dashboard is filled in.
# Subscriptions work, too: press the button and watch the count climb.

subscription Watch($eventId: UUID!) {
  participantCount(eventId: $eventId) {
    count
    dailyChange
    achievementRate
    version
  }
}
`;

/** The tab's own token, when somebody has signed in on the dashboard. */
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
