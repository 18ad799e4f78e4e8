import express, { type Router } from 'express';
// The package itself would run all of Swagger UI, here on the server: 30 MB and a tenth of the start.
import absolutePath from 'swagger-ui-dist/absolute-path';
import { createStrictRouter } from './express-app';

/** Everything on the page comes from this server; the styles of the explorer are written by its script. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

const page = (base: string): string => `<!doctype html>
<html lang="ko">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Analytics Service API</title>
<link rel="stylesheet" href="${base}/docs/assets/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="${base}/docs/assets/swagger-ui-bundle.js"></script>
<script src="${base}/docs/start.js"></script>
</body>
</html>
`;

/** Requests go to the server that the page came from, whatever servers the contract names. */
const START = `
const base = location.pathname.replace(/\\/docs\\/?$/, '');
window.ui = SwaggerUIBundle({
  url: base + '/openapi.yaml',
  dom_id: '#api',
  deepLinking: true,
  requestInterceptor: (request) => {
    const resource = new URL(request.url, location.href).pathname.replace(/^\\/(analytics\\/v1|api)(?=\\/)/, '');
    if (!request.loadSpec) request.url = base + resource;
    return request;
  },
});
`;

/** `GET <base>/docs`: the contract to read and to try, served from here alone. */
export function apiPage(base: string): Router {
  const router = createStrictRouter();
  const assets = express.static(absolutePath(), { index: false, maxAge: '1d' });
  router.use(`${base}/docs`, (_request, response, next) => {
    response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY);
    next();
  });
  router.get(`${base}/docs`, (_request, response) => void response.type('html').send(page(base)));
  router.get(`${base}/docs/start.js`, (_request, response) => void response.type('js').send(START));
  router.use(`${base}/docs/assets`, assets);
  return router;
}
