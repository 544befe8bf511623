import { CONTAINER_UID, LABELS } from '../layout.ts';

interface Sidecar {
  role: 'egress' | 'ingress';
  /** Debian package that holds the program. */
  package: string;
}

const SIDECARS: Record<Sidecar['role'], Sidecar> = {
  egress: { role: 'egress', package: 'squid' },
  ingress: { role: 'ingress', package: 'caddy' },
};

/** Dockerfile of a sidecar: one Debian package on the base that the gateway has too. */
export function renderSidecarDockerfile(role: Sidecar['role']): string {
  const options = '-o Acquire::Retries=3 $ca';
  return `# Written by clawproof.
ARG BASE
FROM \${BASE}
RUN --mount=type=secret,id=ca \\
    if [ -s /run/secrets/ca ]; then ca="-o Acquire::https::CaInfo=/run/secrets/ca"; fi \\
 && export DEBIAN_FRONTEND=noninteractive \\
 && apt-get ${options} update \\
 && apt-get ${options} install -y --no-install-recommends ${SIDECARS[role].package} \\
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /usr/share/doc/* /usr/share/man/* \\
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
USER ${CONTAINER_UID}:${CONTAINER_UID}
WORKDIR /
LABEL ${LABELS.image}="${role}"
ENTRYPOINT []
`;
}
