import { createServer } from 'node:http';
import { Loaders } from '../reading/loaders.mjs';
import { mayRead, verify } from '../token.mjs';
import { dashboardOf } from './dashboard.mjs';

/** The answer without Redis, Apollo, TypeGraphQL or Prisma: node:http, the statements by pg, the service's formulas. */
const PATH = /^\/api\/events\/([^/]*)\/analytics$/;

const server = createServer(async (request, response) => {
  try {
    const viewer = verify(request.headers.authorization);
    const now = Date.now();
    const loaders = new Loaders(viewer, now);
    const event = await loaders.event.load(PATH.exec(request.url)[1]);
    if (event === null || !mayRead(viewer, event.storeId)) return response.writeHead(404).end();
    const body = Buffer.from(JSON.stringify(await dashboardOf(event, loaders, now)));
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    response.end(body);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

export const answers = { address: () => ({ url: `http://127.0.0.1:${server.address().port}` }) };
