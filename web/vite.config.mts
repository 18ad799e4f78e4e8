import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where `npm run web` sends what is not part of the page. */
const SERVICE = 'http://localhost:8084';

export default defineConfig({
  root: here('.'),
  resolve: { alias: { 'event-analytics-client': here('../clients/typescript/src/index.ts') } },
  build: {
    outDir: here('../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // What light-dark() needs; older browsers would have to be sent every colour twice.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // A data: URL in a style would need an exception in the Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 8_000,
    rolldownOptions: {
      input: { page: here('index.html'), graphiql: here('graphiql.html') },
      // 'use client' in GraphiQL's packages is meant for servers that render React.
      checks: { moduleLevelDirective: false },
    },
  },
  server: {
    proxy: {
      '/graphql': { target: SERVICE, ws: true },
      '/api': SERVICE,
    },
  },
});
