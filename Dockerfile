# The one image of all Node processes: the command picks the role, e.g. `node services/rides/api.ts`.
# TypeScript runs as it is (type stripping), so that there is no build step: only production dependencies are added.

FROM docker.io/library/node:24-slim AS installed
WORKDIR /app
COPY . .
# --ignore-scripts: no package may run code of its own here. The root's dev-dependencies (tools, and a `node` of their
# own) are taken out first: npm ci compares even what it omits, on every platform, with the lock file.
RUN npm pkg delete devDependencies && npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && test ! -e node_modules/node
# Type stripping refuses .ts files below node_modules, so every role is loaded once the way it will run: a process
# without settings must get as far as refusing its configuration (78, EX_CONFIG).
RUN node lab/chairlift.ts --version && node lab/list-roles.ts >/tmp/roles && while read -r role; do \
    code=0; node "$role" 2>/tmp/said </dev/null || code=$?; \
    test "$code" = 78 || { echo "$role: exit code $code"; cat /tmp/said; exit 1; }; \
  done </tmp/roles

FROM docker.io/library/node:24-slim AS base
ENV NODE_ENV=production
WORKDIR /app
EXPOSE 8080 9090
# The base image's entry point is a shell script; node itself is to be process 1 and get the signals.
ENTRYPOINT []
CMD ["node", "lab/chairlift.ts", "--help"]

# For `skaffold dev`, which copies changed files into running pods.
FROM base AS development
COPY --from=installed --chown=1000:1000 /app /app
USER 1000:1000

FROM base
# Owned by root: a process cannot change its own code.
COPY --from=installed /app /app
USER 1000:1000
