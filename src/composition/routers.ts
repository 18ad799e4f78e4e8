import type { Admission } from '../auth/admission';
import type { Config } from '../config';
import { apiPage } from '../gateway/api-page';
import { devEvents } from '../gateway/dev-events';
import type { Routers } from '../gateway/express-app';
import { type WebBuild, webPage } from '../gateway/web/page';
import type { ChangePublisher } from '../messaging/changes/change-publisher';
import type { EmbeddedSource } from '../messaging/source/embedded';
import { TOPICS } from '../workers/messages/topics';

export interface RoutersDependencies {
  /** The dashboard as it was built; undefined where it was not: the API works without it. */
  readonly web: WebBuild | undefined;
  readonly embeddedSource: EmbeddedSource | undefined;
  readonly changes: ChangePublisher;
  readonly admission: Admission;
  readonly bases: readonly string[];
}

/** What is served through Express: messages over HTTP, the API page, the dashboard. */
export function openRouters(config: Config, dependencies: RoutersDependencies): Routers {
  return [
    ...openDevEvents(config, dependencies),
    ...openApiPages(config, dependencies),
    ...openWebPage(config, dependencies),
  ];
}

function openDevEvents(
  { takesDevEvents, http }: Config,
  { embeddedSource: source, changes, admission }: RoutersDependencies,
): Routers {
  if (!takesDevEvents || source === undefined) return [];
  return [devEvents({ source, changes, admission, topics: TOPICS, maxBytes: http.maxBodyBytes })];
}

function openApiPages({ http }: Config, { bases }: RoutersDependencies): Routers {
  return http.servesExplorers ? bases.map(apiPage) : [];
}

function openWebPage(
  { http: { basePath, servesExplorers }, businessTimeZone }: Config,
  { web }: RoutersDependencies,
): Routers {
  if (web === undefined) return [];
  const docs = servesExplorers ? `${basePath}/docs` : undefined;
  return [webPage({ build: web, businessTimeZone, apiPage: docs })];
}
