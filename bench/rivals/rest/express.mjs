import express from 'express';
import { mayRead } from '../token.mjs';
import { keptOf } from './kept.mjs';

/** Express by way of Redis, with an ETag as it makes one. @param verify takes the header, and returns who asks */
export async function serve(verify) {
  const app = express();
  app.get('/api/events/:eventId/analytics', async (request, response) => {
    const viewer = verify(request.headers.authorization);
    const { storeId, body } = await keptOf(request.params.eventId);
    if (!mayRead(viewer, storeId)) return response.status(403).end();
    response.type('json').send(body);
  });
  const server = await new Promise((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  return { address: () => ({ url: `http://127.0.0.1:${server.address().port}` }) };
}
