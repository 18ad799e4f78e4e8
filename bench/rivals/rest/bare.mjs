import { createServer } from 'node:http';
import { keptOf } from './kept.mjs';

/** What one can do at best by way of Redis: node:http that sends what is kept there, and asks nobody who he is. */
const PATH = /^\/api\/events\/([^/]*)\/analytics$/;

const server = createServer(async (request, response) => {
  try {
    const { body } = await keptOf(PATH.exec(request.url)[1]);
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    response.end(body);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

export const answers = { address: () => ({ url: `http://127.0.0.1:${server.address().port}` }) };
