import { CONTAINER_UID, GATEWAY, LABELS } from '../layout.ts';
import { FIRST_START_FOLDER } from './first-start.ts';

/**
 * Dockerfile of the gateway image: OpenClaw from npm at an exact version on a Debian base, Node from npm's own package.
 * The builder holds npm, caches and secrets; the final stage gets two copied trees and nothing else (row G8).
 */
export function renderGatewayDockerfile(openclawVersion: string): string {
  return `# Written by clawproof.
ARG BASE
FROM \${BASE} AS builder
COPY node.tgz npm.tgz /tmp/
RUN mkdir -p /opt/node /opt/npm \\
 && tar -xzf /tmp/node.tgz -C /opt/node --strip-components=1 \\
 && tar -xzf /tmp/npm.tgz -C /opt/npm --strip-components=1
WORKDIR /app
COPY package.json package-lock.json ./
ARG NPM_REGISTRY
# The CA bundle and npm's settings of the build host are mounted for this one step and never become part of a layer.
RUN --mount=type=secret,id=ca --mount=type=secret,id=npmrc,target=/root/.npmrc --mount=type=cache,target=/root/.npm \\
    if [ -s /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi \\
 && export PATH=/opt/node/bin:$PATH \\
 && node /opt/npm/bin/npm-cli.js ci --ignore-scripts --omit=dev --no-audit --no-fund --no-update-notifier \${NPM_REGISTRY:+--registry=$NPM_REGISTRY}
# The packages' own scripts run in a step of their own, in which no secret is mounted.
RUN export PATH=/opt/node/bin:$PATH && node /opt/npm/bin/npm-cli.js rebuild --no-update-notifier

FROM \${BASE}
RUN groupadd --gid ${CONTAINER_UID} node \\
 && useradd --uid ${CONTAINER_UID} --gid ${CONTAINER_UID} --home-dir ${GATEWAY.home} --create-home --skel /dev/null --shell /usr/sbin/nologin node \\
 && install -d -o ${CONTAINER_UID} -g ${CONTAINER_UID} -m 0700 ${GATEWAY.home} ${GATEWAY.state} \\
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
COPY --from=builder /opt/node/bin/node /usr/local/bin/node
COPY --from=builder /app /app
RUN ln -s /app/node_modules/openclaw/openclaw.mjs /usr/local/bin/openclaw
# Started once, without a network, for the sake of its compiled code; the container's user can read that, and nobody change it.
RUN --mount=type=bind,source=first-start.mjs,target=/opt/first-start.mjs \\
    install -d -o ${CONTAINER_UID} -g ${CONTAINER_UID} ${GATEWAY.compiledCode} \\
 && node /opt/first-start.mjs \\
 && chown -R 0:0 ${GATEWAY.compiledCode} \\
 && chmod -R u=rwX,go=rX ${GATEWAY.compiledCode} \\
 && rm -rf ${FIRST_START_FOLDER} /tmp/*
# OpenClaw would start itself a second time for another folder, and wait for that process.
ENV HOME=${GATEWAY.home} NODE_ENV=production NODE_COMPILE_CACHE=${GATEWAY.compiledCode} OPENCLAW_PACKAGED_COMPILE_CACHE_RESPAWNED=1
WORKDIR /app
USER ${CONTAINER_UID}:${CONTAINER_UID}
LABEL ${LABELS.image}="gateway" org.opencontainers.image.title="openclaw" org.opencontainers.image.version="${openclawVersion}"
ENTRYPOINT ["openclaw", "gateway"]
`;
}

/** package.json of the build context: the one dependency, at its exact version. */
export function renderGatewayPackage(openclawVersion: string): string {
  const manifest = { name: 'openclaw-gateway', private: true, dependencies: { openclaw: openclawVersion } };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
