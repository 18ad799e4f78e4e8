/** What a request asked for, in the format of one connector. */
export interface Asked {
  /** What the platform calls the event. */
  readonly id: string;
  /** The body that carries this count. */
  readonly bodyOf: (views: unknown, measuredAt: unknown) => unknown;
}

/** @returns undefined when the request is not in this format */
type ConnectorFormat = (path: string, body: string) => Asked | undefined;

const byPath =
  (form: RegExp, bodyOf: (id: string) => Asked['bodyOf']): ConnectorFormat =>
  (path) => {
    const id = form.exec(path)?.[1];
    return id === undefined
      ? undefined
      : { id: decodeURIComponent(id), bodyOf: bodyOf(decodeURIComponent(id)) };
  };

const json = byPath(/^\/events\/([^/]+)\/views$/, () => (views, measuredAt) => ({ views, measuredAt }));

const instagram = byPath(/^\/([^/]+)\/insights$/, (id) => (views) => ({
  data: [
    {
      name: 'views',
      period: 'lifetime',
      values: [{ value: views }],
      title: 'Views',
      id: `${id}/insights/views/lifetime`,
    },
  ],
}));

const naverBlog = byPath(/^\/v1\/blog\/posts\/([^/]+)\/stats$/, (id) => (views) => ({
  message: { '@type': 'response', '@version': '1.0.0', result: { logNo: id, readCount: views } },
}));

const kakaoChannel: ConnectorFormat = (path, body) => {
  if (path !== '/openapi/message/v2/message-ads') return undefined;
  const { filter } = JSON.parse(body) as { filter: { messageAdIds: string[] } };
  const id = filter.messageAdIds[0] ?? '';
  return { id, bodyOf: (views) => ({ content: [{ id, metric: { openCount: views } }] }) };
};

/** The requests and answers of every connector. */
export const CONNECTOR_FORMATS: readonly ConnectorFormat[] = [json, instagram, naverBlog, kakaoChannel];
