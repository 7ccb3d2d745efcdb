# The server alone; Redis is named by REDIS_URL. How to run it: docs/deployment.md.

FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN ["npm", "ci", "--no-audit", "--no-fund"]
COPY . .
# What users install, with the dependencies that it has at run time, of the versions in the lock file.
RUN npm pack --silent --pack-destination /tmp \
  && npm prune --omit=dev --omit=optional --no-audit --no-fund \
  && mkdir /app \
  && tar --extract --file /tmp/kairos-*.tgz --directory /app --strip-components 1 \
  && mv node_modules /app

FROM node:22-bookworm-slim
ENV NODE_ENV=production
COPY --from=build /app /app
# Where kairos.yaml is looked for. Nothing is written, there or elsewhere.
WORKDIR /etc/kairos
USER node
EXPOSE 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT || 4000}/health/live`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/dist/bin.js"]
CMD ["serve", "--host", "0.0.0.0"]
