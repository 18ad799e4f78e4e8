/** A request, parsed in the form of one connector. */
export interface Asked {
  /** The platform's id of the event. */
  readonly id: string;
  /** The body of the answer with this count. */
  readonly tell: (views: unknown, measuredAt: unknown) => unknown;
}

/** @returns undefined when the request has another connector's form */
type RequestReader = (path: string, body: string) => Asked | undefined;

const byPath =
  (form: RegExp, tell: (id: string) => Asked['tell']): RequestReader =>
  (path) => {
    const id = form.exec(path)?.[1];
    return id === undefined ? undefined : { id: decodeURIComponent(id), tell: tell(decodeURIComponent(id)) };
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

const kakaoChannel: RequestReader = (path, body) => {
  if (path !== '/openapi/message/v2/message-ads') return undefined;
  const { filter } = JSON.parse(body) as { filter: { messageAdIds: string[] } };
  const id = filter.messageAdIds[0] ?? '';
  return { id, tell: (views) => ({ content: [{ id, metric: { openCount: views } }] }) };
};

/** One for each connector of the service. */
export const REQUEST_READERS: readonly RequestReader[] = [json, instagram, naverBlog, kakaoChannel];
