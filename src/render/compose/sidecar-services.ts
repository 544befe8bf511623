import type { Policy } from '../../policy/policy.ts';
import { type CageAddresses, EGRESS_PORT, type FrontAddresses, INGRESS_PORT, PATHS } from '../layout.ts';
import { type ComposeService, hardening, tmpfs } from './hardening.ts';

const MiB = 1024 * 1024;

/** On two networks, but no router between them. */
const NO_ROUTING = { 'net.ipv4.ip_forward': '0' };

/** Squid: the only way out of the cage. */
export function egressService(image: string, cage: CageAddresses): ComposeService {
  return {
    image,
    pull_policy: 'never',
    hostname: 'egress',
    entrypoint: ['/usr/sbin/squid', '-N', '-f', '/etc/clawproof/squid.conf'],
    command: [],
    ...hardening({ memoryBytes: 128 * MiB, cpus: 1, pids: 32, openFiles: 8192 }),
    volumes: [configFile(PATHS.squidConfig, '/etc/clawproof/squid.conf')],
    tmpfs: [tmpfs('/tmp', 16), tmpfs('/run', 4), tmpfs('/var/spool/squid', 4), tmpfs('/var/log/squid', 4)],
    networks: { cage: { ipv4_address: cage.egress }, outside: {} },
    sysctls: NO_ROUTING,
    healthcheck: portCheck(EGRESS_PORT),
    restart: 'unless-stopped',
    stop_grace_period: '5s',
  };
}

/** Caddy: the only way in; published on 127.0.0.1. */
export function ingressService(
  policy: Policy,
  image: string,
  cage: CageAddresses,
  front: FrontAddresses,
): ComposeService {
  return {
    image,
    pull_policy: 'never',
    hostname: 'ingress',
    entrypoint: ['/usr/bin/caddy', 'run', '--config', '/etc/clawproof/Caddyfile', '--adapter', 'caddyfile'],
    command: [],
    ...hardening({ memoryBytes: 128 * MiB, cpus: 1, pids: 64, openFiles: 8192 }),
    environment: {
      HOME: '/tmp',
      XDG_CONFIG_HOME: '/tmp/config',
      XDG_DATA_HOME: '/tmp/data',
      GOMEMLIMIT: '64MiB',
    },
    volumes: [configFile(PATHS.caddyfile, '/etc/clawproof/Caddyfile')],
    tmpfs: [tmpfs('/tmp', 16)],
    networks: {
      cage: { ipv4_address: cage.ingress },
      front: policy.access.tailscale === null ? {} : { ipv4_address: front.ingress },
    },
    sysctls: NO_ROUTING,
    ports: [`127.0.0.1:${policy.access.port}:${INGRESS_PORT}`],
    healthcheck: portCheck(INGRESS_PORT),
    restart: 'unless-stopped',
    stop_grace_period: '5s',
  };
}

function configFile(source: string, target: string): Record<string, unknown> {
  return { type: 'bind', source: `./${source}`, target, read_only: true, bind: { create_host_path: false } };
}

/** bash is in every Debian image and opens a socket without any further program. */
function portCheck(port: number): Record<string, unknown> {
  return {
    test: ['CMD', 'bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}`],
    interval: '30s',
    timeout: '5s',
    retries: 3,
    start_period: '10s',
  };
}
