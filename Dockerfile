# The whole program in one image; docs/docker.md says how it is used.
ARG NODE_IMAGE=node:24-bookworm

FROM ${NODE_IMAGE} AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3-pip \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# A processor of 2015 or later runs what this makes; `native` is faster on this one alone.
ARG KERNELS_FOR=x86-64-v3
ENV WHETSTONE_CACHE=/opt/whetstone WHETSTONE_DEVICE=cpu WHETSTONE_KERNELS_FOR=${KERNELS_FOR}
# What changes rarely comes first: the set-up is made anew only where it has changed.
COPY package.json package-lock.json .npmrc ./
COPY apps/api/package.json apps/api/
COPY apps/dashboard/package.json apps/dashboard/
COPY packages/schema/package.json packages/schema/
COPY packages/training/package.json packages/training/
COPY packages/training/kernels packages/training/kernels
COPY bench/package.json bench/
COPY examples/package.json examples/
COPY test/package.json test/
COPY scripts scripts
RUN npm run setup
COPY . .
RUN npm run build && npm prune --omit=dev && rm -rf apps/dashboard/.next/cache .turbo

FROM ${NODE_IMAGE}-slim
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 WHETSTONE_CACHE=/opt/whetstone WHETSTONE_DEVICE=cpu DATA_DIR=/data
COPY --from=build --chown=node:node /opt/whetstone /opt/whetstone
COPY --from=build /app /app
# A new volume takes its owner from here.
RUN mkdir /data && chown node:node /data
WORKDIR /app
USER node
VOLUME /data
EXPOSE 3000 4000
CMD ["node", "apps/api/dist/main.js"]
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "docker/healthy.mjs", "http://127.0.0.1:4000/readyz"]
