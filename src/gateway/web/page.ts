import path from 'node:path';
import type { RequestHandler, Router } from 'express';
import serveCompressed from 'express-static-gzip';
import { createStrictRouter } from '../express-app';
import { GRAPHIQL_POLICY, PAGE_POLICY, securityHeaders } from './security';
import { existsSync, readFileSync } from 'node:fs';

/** What the build has made of `web/`, to be served as it is. */
export interface WebBuild {
  /** Holds `assets/`, whose names change with their content, and a few files whose names do not. */
  readonly folder: string;
  /** The page's document. */
  readonly page: string;
  /** GraphiQL's document. */
  readonly graphiql: string;
}

/** The build in a folder; undefined where there is none: the API works all the same. */
export function findWebBuild(folder: string): WebBuild | undefined {
  const documents = ['index.html', 'graphiql.html'].map((name) => path.join(folder, name));
  if (!documents.every((document) => existsSync(document))) return undefined;
  const [page = '', graphiql = ''] = documents.map((document) => readFileSync(document, 'utf8'));
  return { folder, page, graphiql };
}

export interface WebOptions {
  readonly build: WebBuild;
  /** Whose days and hours the figures are counted in, for the page to write times in. */
  readonly businessTimeZone: string;
  /** Where the contract can be read and tried; undefined where explorers are off. */
  readonly apiPage: string | undefined;
}

const GRAPHIQL = '/graphiql';
/** The places within the page, which its own script tells apart. */
const PLACES = ['/', '/stores/:storeId', '/events/:eventId', '/admin'];

/**
 * The dashboard at `/`, and GraphiQL at `/graphiql` where explorers are on. Documents are asked for anew each time;
 * what they name carries its content's hash in its name and is kept for good.
 */
export function webPage({ build, businessTimeZone, apiPage }: WebOptions): Router {
  const router = createStrictRouter();
  const page = withSettings(build.page, {
    'time-zone': businessTimeZone,
    'api-page': apiPage ?? '',
    graphiql: apiPage === undefined ? '' : GRAPHIQL,
  });
  router.get(PLACES, securityHeaders(PAGE_POLICY), document(page));
  if (apiPage !== undefined) router.get(GRAPHIQL, securityHeaders(GRAPHIQL_POLICY), document(build.graphiql));
  const assets = path.join(build.folder, 'assets');
  router.use('/assets', files(assets, { immutable: true, maxAge: '1y' }), notThere);
  router.get(['/favicon.svg', '/preferences.js'], files(build.folder, { maxAge: 0 }), notThere);
  return router;
}

/** Settings stand as attributes of the root element: a script in the document would be against the policy. */
function withSettings(html: string, settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings).reduce(
    (document, [name, value]) =>
      document.replace(new RegExp(`(<html[^>]* data-${name}=")[^"]*`), `$1${value}`),
    html,
  );
}

function document(html: string): RequestHandler {
  return (_request, response) => {
    response.setHeader('Cache-Control', 'no-cache');
    response.type('html').send(html);
  };
}

/** Files as the build left them, compressed where it has compressed them. */
function files(folder: string, caching: { immutable?: boolean; maxAge: string | number }): RequestHandler {
  const serve = serveCompressed(folder, {
    index: false,
    serveStatic: { ...caching, index: false, redirect: false },
  });
  // What is no path it would answer itself, in HTML.
  return (request, response, next) => {
    if (isPath(request.path)) void serve(request, response, next);
    else next();
  };
}

function isPath(encoded: string): boolean {
  try {
    decodeURIComponent(encoded);
    return true;
  } catch {
    return false;
  }
}

/** A file that has gone since the start was to be sent compressed, which what is said in its place is not. */
const notThere: RequestHandler = (_request, response, next) => {
  response.removeHeader('Content-Encoding');
  next();
};
