# The whole server in one image: embedded it needs nothing else (docker run -p 127.0.0.1:9999:9696 -v somabrain:/data somabrain);
# with the addresses of Kafka, Postgres, Redis and the registry it runs on those. Node strips the types, so nothing is built.
FROM node:24.21.0-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# No install script: the one that matters would bring a second Node, and the image has one.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production \
    NODE_COMPILE_CACHE=/tmp/somabrain-compile-cache \
    SOMABRAIN_HOST=0.0.0.0 \
    SOMABRAIN_PORT=9696 \
    SOMABRAIN_DATA_DIR=/data
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json main.ts ./
COPY domain domain
COPY schemas schemas
COPY commands commands
COPY projections projections
COPY query-api query-api
COPY scripts scripts
COPY infra infra
RUN ln -s /app/infra/docker/somabrain.sh /usr/local/bin/somabrain \
 && install -d -o node -g node -m 0700 /data /archive
# By number: Kubernetes can tell from it that this is not root.
USER 1000:1000
VOLUME ["/data"]
EXPOSE 9696
# Live, not ready: a part that is away is no reason to end this process.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "/app/infra/docker/check-live.mjs"]
CMD ["node", "--disable-warning=ExperimentalWarning", "--import", "./scripts/compile-cache.mjs", "--import", "./infra/docker/image-start.ts", "main.ts"]
