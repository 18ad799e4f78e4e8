import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

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
