import type { TailscaleAccess } from '../../policy/tailscale-access.ts';
import { type FrontAddresses, PATHS, TAILSCALE } from '../layout.ts';
import { type ComposeService, hardening, tmpfs } from './hardening.ts';

const MiB = 1024 * 1024;

/**
 * Tailscale as its own image runs it (containerboot), with its network in userspace: it needs no capability and no device.
 * Not on the cage: it reaches the Internet, and of the deployment only the ingress.
 */
export function tailscaleService({ name, image }: TailscaleAccess, front: FrontAddresses): ComposeService {
  return {
    image,
    pull_policy: 'never',
    hostname: 'tailscale',
    entrypoint: [TAILSCALE.program],
    command: [],
    ...hardening({ memoryBytes: 256 * MiB, cpus: 1, pids: 128, openFiles: 4096 }),
    environment: {
      TS_USERSPACE: 'true',
      TS_AUTHKEY: `file:${TAILSCALE.keyFile}`,
      // What is in its state is enough from the second start on: the key may have been for one use.
      TS_AUTH_ONCE: 'true',
      TS_HOSTNAME: name.split('.')[0] ?? name,
      TS_STATE_DIR: TAILSCALE.state,
      TS_SOCKET: TAILSCALE.socket,
      TS_SERVE_CONFIG: TAILSCALE.serveFile,
      TS_ACCEPT_DNS: 'false',
      // Its log stays here.
      TS_NO_LOGS_NO_SUPPORT: 'true',
      HOME: '/tmp',
      GOMEMLIMIT: '192MiB',
    },
    volumes: [
      bind(PATHS.tailscaleServe, TAILSCALE.serveFile, true),
      bind(PATHS.tailscaleKey, TAILSCALE.keyFile, true),
      bind(PATHS.tailscaleState, TAILSCALE.state, false),
    ],
    tmpfs: [tmpfs('/tmp', 16)],
    networks: { front: { ipv4_address: front.tailscale } },
    sysctls: { 'net.ipv4.ip_forward': '0' },
    healthcheck: {
      test: ['CMD', 'tailscale', `--socket=${TAILSCALE.socket}`, 'status', '--peers=false'],
      interval: '30s',
      timeout: '10s',
      retries: 3,
      start_period: '60s',
    },
    restart: 'unless-stopped',
    stop_grace_period: '10s',
  };
}

function bind(source: string, target: string, readOnly: boolean): Record<string, unknown> {
  return {
    type: 'bind',
    source: `./${source}`,
    target,
    read_only: readOnly,
    bind: { create_host_path: false },
  };
}
