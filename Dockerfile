# syntax=docker/dockerfile:1

# Generates the code, compiles it, and keeps only the packages that it runs on.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No package needs a script to run.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
# ROLES says what the container does: gateway, worker or (not set) both.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8084
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# Migrations are applied at start.
COPY --from=build /app/prisma ./prisma
# Where the embedded database lives, if DATABASE_URL is not set: the only place the service writes to.
RUN install --directory --owner=node --group=node .data
USER node
EXPOSE 8084
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "const { PORT, ROLES, TLS_CERT_FILE } = process.env; const scheme = (TLS_CERT_FILE || '').trim() && /gateway|^$/.test((ROLES || '').trim()) ? 'https' : 'http'; require(scheme).get(`${scheme}://127.0.0.1:${PORT || 8084}/livez`, { rejectUnauthorized: false }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))"]
# No shell and no npm between it and the signals that ask it to stop.
CMD ["node", "dist/main.js"]
