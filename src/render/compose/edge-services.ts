import type { HttpsAccess } from '../../policy/https-access.ts';
import { type CageAddresses, EDGE, type FrontAddresses, PATHS } from '../layout.ts';
import { type ComposeService, hardening, tmpfs } from './hardening.ts';

const MiB = 1024 * 1024;
const NO_ROUTING = { 'net.ipv4.ip_forward': '0' };

/** nginx: HTTPS for other machines. The only service that is published beyond loopback, and only when the policy says so. */
export function edgeService(
  https: HttpsAccess,
  image: string,
  cage: CageAddresses,
  front: FrontAddresses,
): ComposeService {
  const published = https.addresses.flatMap((address) => [
    `${address}:${https.port}:${EDGE.tlsPort}`,
    ...(https.redirectPort === null ? [] : [`${address}:${https.redirectPort}:${EDGE.plainPort}`]),
  ]);
  const needsSecrets = https.certificate === 'files' || https.basicAuth;
  return {
    image,
    pull_policy: 'never',
    hostname: 'edge',
    entrypoint: ['/usr/sbin/nginx', '-e', 'stderr', '-c', EDGE.configFile],
    command: [],
    ...hardening({ memoryBytes: 128 * MiB, cpus: 1, pids: 32, openFiles: 8192 }),
    volumes: [
      bind(PATHS.edgeConfig, EDGE.configFile),
      ...(needsSecrets ? [bind(PATHS.httpsSecrets, EDGE.secretsFolder)] : []),
      ...(https.clientCa ? [bind(PATHS.clientCa, EDGE.clientCaFile)] : []),
      // Not what the authority signs with, nor the account of an ACME server.
      ...(https.certificate === 'files' ? [] : [`issued:${EDGE.issuedFolder}:ro`]),
    ],
    tmpfs: [tmpfs('/tmp', 64)],
    networks: {
      cage: { ipv4_address: cage.edge },
      front: { ipv4_address: front.edge },
    },
    sysctls: NO_ROUTING,
    ports: published,
    healthcheck: portCheck(EDGE.tlsPort),
    restart: 'unless-stopped',
    stop_grace_period: '5s',
  };
}

/** Caddy: has the certificate made and renewed; published nowhere. */
export function certificatesService(
  https: HttpsAccess,
  image: string,
  front: FrontAddresses,
): ComposeService {
  return {
    image,
    pull_policy: 'never',
    hostname: 'certificates',
    entrypoint: ['/usr/bin/caddy', 'run', '--config', '/etc/clawproof/Caddyfile', '--adapter', 'caddyfile'],
    command: [],
    ...hardening({ memoryBytes: 128 * MiB, cpus: 1, pids: 64, openFiles: 1024 }),
    environment: {
      HOME: '/tmp',
      XDG_CONFIG_HOME: '/tmp/config',
      XDG_DATA_HOME: '/tmp/data',
      GOMEMLIMIT: '64MiB',
    },
    volumes: [
      bind(PATHS.certificatesCaddyfile, '/etc/clawproof/Caddyfile'),
      ...(https.certificate === 'acme' && https.acmeCa ? [bind(PATHS.acmeCa, EDGE.acmeCaFile)] : []),
      `certificates:${EDGE.certificatesFolder}`,
      `issued:${EDGE.issuedFolder}`,
    ],
    tmpfs: [tmpfs('/tmp', 16)],
    networks: { front: { ipv4_address: front.certificates } },
    sysctls: NO_ROUTING,
    healthcheck: portCheck(EDGE.challengePort),
    restart: 'unless-stopped',
    stop_grace_period: '5s',
  };
}

function bind(source: string, target: string): Record<string, unknown> {
  return { type: 'bind', source: `./${source}`, target, read_only: true, bind: { create_host_path: false } };
}

function portCheck(port: number): Record<string, unknown> {
  return {
    test: ['CMD', 'bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`],
    interval: '30s',
    timeout: '5s',
    retries: 3,
    start_period: '10s',
  };
}
