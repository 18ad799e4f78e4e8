import { createServer } from 'node:http';

/** What Node itself takes to start, and to be there: a server that answers everybody the same. */
createServer((_request, response) => response.end('ok')).listen(Number(process.env.PORT), '127.0.0.1');
