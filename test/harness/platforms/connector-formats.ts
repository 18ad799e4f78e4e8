import type { ConnectorName } from '../../../src/config/platforms';
import type { PlatformRequest } from '../../../src/workers/connectors/connector';

/** What a request asked for, in the format of one connector. */
export interface Asked {
  /** What the platform calls the event. */
  readonly id: string;
  /** The body that carries this count. */
  readonly bodyOf: (views: unknown, measuredAt: unknown) => unknown;
}

/** What a connector's requests and answers must look like, said without its code. */
export interface ConnectorFormat {
  /** The request about an event, by its uuid and by what the platform calls it. */
  readonly request: (eventId: string, ownId: string) => PlatformRequest;
  /** Whether the platform knows the event by an id of its own alone. */
  readonly needsOwnId: boolean;
  /** Where the count stands in the body of an answer. */
  readonly countAt: string;
  /** Whether a platform that does not show a count leaves it out. */
  readonly mayLeaveCountOut?: true;
  /** The body that says that there is no count yet; undefined where only the status says so. */
  readonly noValueBody: object | undefined;
  /** @returns undefined when the request is not in this format */
  readonly understand: (path: string, body: string, query: URLSearchParams) => Asked | undefined;
}

const byPath =
  (form: RegExp, bodyOf: (id: string) => Asked['bodyOf']): ConnectorFormat['understand'] =>
  (path) => {
    const id = form.exec(path)?.[1];
    return id === undefined
      ? undefined
      : { id: decodeURIComponent(id), bodyOf: bodyOf(decodeURIComponent(id)) };
  };

const json: ConnectorFormat = {
  request: (eventId) => ({ path: `/events/${eventId}/views` }),
  needsOwnId: false,
  countAt: 'views',
  noValueBody: undefined,
  understand: byPath(/^\/events\/([^/]+)\/views$/, () => (views, measuredAt) => ({ views, measuredAt })),
};

const instagram: ConnectorFormat = {
  request: (_, ownId) => ({ path: `/${ownId}/insights`, query: { metric: 'views' } }),
  needsOwnId: true,
  countAt: 'data[0].values[0].value',
  noValueBody: { data: [] },
  understand: byPath(/^\/([^/]+)\/insights$/, (id) => (views) => ({
    data: [
      {
        name: 'views',
        period: 'lifetime',
        values: [{ value: views }],
        title: 'Views',
        id: `${id}/insights/views/lifetime`,
      },
    ],
  })),
};

const naverBlog: ConnectorFormat = {
  request: (_, ownId) => ({ path: `/v1/blog/posts/${ownId}/stats` }),
  needsOwnId: true,
  countAt: 'message.result.readCount',
  noValueBody: undefined,
  understand: byPath(/^\/v1\/blog\/posts\/([^/]+)\/stats$/, (id) => (views) => ({
    message: { '@type': 'response', '@version': '1.0.0', result: { logNo: id, readCount: views } },
  })),
};

const KAKAO_PATH = '/openapi/message/v2/message-ads';
const kakaoChannel: ConnectorFormat = {
  request: (_, ownId) => ({ path: KAKAO_PATH, body: { filter: { messageAdIds: [ownId] } } }),
  needsOwnId: true,
  countAt: 'content[0].metric.openCount',
  noValueBody: { content: [] },
  understand(path, body) {
    if (path !== KAKAO_PATH) return undefined;
    const { filter } = JSON.parse(body) as { filter: { messageAdIds: string[] } };
    const id = filter.messageAdIds[0] ?? '';
    return { id, bodyOf: (views) => ({ content: [{ id, metric: { openCount: views } }] }) };
  },
};

/** YouTube writes counts as texts; what is no number is written as JSON, so that a wrong one stays wrong. */
function asText(views: unknown): string {
  return typeof views === 'string' ? views : JSON.stringify(views);
}

const youtube: ConnectorFormat = {
  request: (_, ownId) => ({
    path: '/videos',
    query: { part: 'statistics', fields: 'items(id,statistics/viewCount)', id: ownId },
  }),
  needsOwnId: true,
  countAt: 'items[0].statistics.viewCount',
  mayLeaveCountOut: true,
  noValueBody: { items: [] },
  understand(path, _body, query) {
    const id = query.get('id');
    if (path !== '/videos' || id === null) return undefined;
    const countedAs = (views: unknown) => (views === undefined ? {} : { viewCount: asText(views) });
    const bodyOf = (views: unknown) => ({
      items: id.split(',').map((each) => ({ id: each, statistics: countedAs(views) })),
    });
    return { id, bodyOf };
  },
};

/** The one table of connectors that tests take: a connector that is missing here does not compile. */
export const CONNECTOR_FORMATS: Readonly<Record<ConnectorName, ConnectorFormat>> = {
  json,
  instagram,
  'naver-blog': naverBlog,
  'kakao-channel': kakaoChannel,
  youtube,
};
