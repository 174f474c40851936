# Portico with DATABASE_URL, or with the embedded PostgreSQL in the volume /data.
#   docker build -t portico .
#   docker run -p 4000:4000 -v portico:/data -e PUBLIC_URL=https://inbox.example portico
FROM node:24-slim AS build
WORKDIR /portico
COPY . .
RUN npm ci --no-audit --no-fund --loglevel=error \
 && node scripts/prepare.mjs \
 && npm prune --omit=dev --no-audit --no-fund --loglevel=error

FROM node:24-slim
RUN useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin portico \
 && install -d -o portico -g portico -m 0711 /data
COPY --from=build /portico /portico
WORKDIR /portico
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000 PORTICO_DATA=/data
USER portico
VOLUME /data
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# without npm in between, so that SIGTERM reaches the hub
CMD ["node", "packages/cli/bin/portico.js", "start"]
