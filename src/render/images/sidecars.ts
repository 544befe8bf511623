import type { Policy } from '../../policy/policy.ts';
import { CONTAINER_UID, EDGE, LABELS } from '../layout.ts';

interface Sidecar {
  role: 'egress' | 'ingress';
  /** Debian packages that hold the programs. */
  packages: readonly string[];
}

const SIDECARS: Record<Sidecar['role'], Sidecar> = {
  egress: { role: 'egress', packages: ['squid'] },
  ingress: { role: 'ingress', packages: ['caddy'] },
};

/** What the image of the ingress has on top where HTTPS is served from it. */
const HTTPS_PACKAGES = ['nginx', 'libnginx-mod-stream'];

/** Dockerfile of a sidecar: Debian packages on the base that the gateway has too. */
export function renderSidecarDockerfile(role: Sidecar['role'], { access }: Pick<Policy, 'access'>): string {
  const withHttps = role === 'ingress' && access.https !== null;
  const packages = [...SIDECARS[role].packages, ...(withHttps ? HTTPS_PACKAGES : [])];
  // A new volume takes the owner of the folder that it is mounted on; there is one for each of these.
  const folder = withHttps
    ? ` \\\n && install -d -m 0700 -o ${CONTAINER_UID} -g ${CONTAINER_UID} ${EDGE.certificatesFolder} ${EDGE.issuedFolder}`
    : '';
  const options = '-o Acquire::Retries=3 $ca';
  return `# Written by clawproof.
ARG BASE
FROM \${BASE}
RUN --mount=type=secret,id=ca \\
    if [ -s /run/secrets/ca ]; then ca="-o Acquire::https::CaInfo=/run/secrets/ca"; fi \\
 && export DEBIAN_FRONTEND=noninteractive \\
 && apt-get ${options} update \\
 && apt-get ${options} install -y --no-install-recommends ${packages.join(' ')} \\
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /usr/share/doc/* /usr/share/man/* \\
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} +${folder}
USER ${CONTAINER_UID}:${CONTAINER_UID}
WORKDIR /
LABEL ${LABELS.image}="${role}"
ENTRYPOINT []
`;
}
