import { PRESETS } from '../../policy/presets.ts';
import type { Policy } from '../../policy/policy.ts';
import { type CageAddresses, EGRESS_PORT, GATEWAY, PATHS } from '../layout.ts';
import { type ComposeService, hardening, tmpfs } from './hardening.ts';

/** Longest an ordinary shutdown may take; OpenClaw drains its work in this time and is killed after it. */
const STOP_GRACE_SECONDS = 90;

/** The OpenClaw gateway: everything but its image labels, which depend on the files it reads. */
export function gatewayService(policy: Policy, image: string, cage: CageAddresses): ComposeService {
  return {
    image,
    pull_policy: 'never',
    // Fixed, so that after a SIGKILL the next start recognises its own lease and takes it over at once.
    hostname: 'openclaw-gateway',
    ...sandbox(policy),
    entrypoint: ['openclaw', 'gateway'],
    command: [],
    ...hardening({ ...policy.resources, memoryBytes: policy.resources.memory }),
    environment: { ...openclawEnvironment(policy), OPENCLAW_CONFIG_READONLY: '1' },
    volumes: [
      'state:' + GATEWAY.state,
      bind('config/openclaw', GATEWAY.configFolder, true),
      bind(PATHS.healthScript, GATEWAY.healthScript, true),
      keys(),
      ...scripts(policy),
      ...skills(policy),
      ...protectedFiles(policy),
      ...(policy.workspace.readOnly.length > 0
        ? [bind(PATHS.protectedFiles, GATEWAY.protectedFiles, true)]
        : []),
    ],
    tmpfs: [tmpfs('/tmp', 256), tmpfs('/run/clawproof', 1)],
    secrets: ['gateway_token'],
    ...gatewayNetwork(policy, cage),
    // Plain Docker never restarts an unhealthy container: the script itself ends a gateway that hangs.
    healthcheck: {
      test: ['CMD', 'node', GATEWAY.healthScript],
      interval: '15s',
      timeout: '10s',
      retries: 4,
      start_period: '120s',
    },
    restart: 'unless-stopped',
    stop_grace_period: `${STOP_GRACE_SECONDS}s`,
  };
}

/** One-off container for OpenClaw's own commands: the gateway's network and state, and a config that it may change. */
export function cliService(policy: Policy, image: string): ComposeService {
  return {
    image,
    pull_policy: 'never',
    profiles: ['cli'],
    ...sandbox(policy),
    entrypoint: ['openclaw'],
    ...hardening({ ...policy.resources, memoryBytes: policy.resources.memory }),
    environment: openclawEnvironment(policy),
    volumes: [
      'state:' + GATEWAY.state,
      bind('config/openclaw', GATEWAY.configFolder, false),
      keys(),
      ...skills(policy),
      ...protectedFiles(policy),
    ],
    tmpfs: [tmpfs('/tmp', 256)],
    secrets: ['gateway_token'],
    network_mode: 'service:gateway',
    restart: 'no',
  };
}

/** The kernel of its own that the preset asks for. */
function sandbox({ preset }: Policy): ComposeService {
  const { runtime } = PRESETS[preset];
  return runtime === null ? {} : { runtime };
}

/** OpenClaw refuses to start where its native containment of paths cannot work, unless it is told to do without. */
function nativePaths({ preset, sandbox: { accept } }: Policy): Record<string, string> {
  const isWithout = PRESETS[preset].runtime !== null && accept.includes('native-paths');
  return isWithout ? { FS_SAFE_NATIVE_MODE: 'off' } : {};
}

/** The folder and not its files: a key that is replaced, added or removed shows without a new container. */
function keys(): Record<string, unknown> {
  return bind(PATHS.keys, GATEWAY.keysFolder, true);
}

/** What the agent may run is nothing that it can write. */
function scripts({ exec }: Policy): Record<string, unknown>[] {
  return exec.mode === 'allowlist' ? [bind(PATHS.scripts, GATEWAY.scriptsFolder, true)] : [];
}

/** Pinned skills, and what judges those that OpenClaw is told to install: nothing that the agent can write. */
function skills({ skills: { use, judgeInstalls } }: Policy): Record<string, unknown>[] {
  return [
    ...(use.length > 0 ? [bind(PATHS.skills, GATEWAY.skillsFolder, true)] : []),
    ...(judgeInstalls ? [bind(PATHS.installPolicy, GATEWAY.installPolicy, true)] : []),
  ];
}

/**
 * The agent owns its workspace: only a mount holds against it. Every container with the state needs these mounts: where one
 * does not have them, the file under the mount could be replaced, which ends the mount everywhere.
 */
function protectedFiles({ workspace }: Policy): Record<string, unknown>[] {
  return workspace.readOnly.map(({ folder, name }) =>
    bind(`${PATHS.protectedFiles}/${folder}/${name}`, `${GATEWAY.state}/${folder}/${name}`, true),
  );
}

function bind(source: string, target: string, readOnly: boolean): Record<string, unknown> {
  return {
    type: 'bind',
    source: `./${source}`,
    target,
    read_only: readOnly,
    // A missing source is an error; Docker would create a folder owned by root in its place.
    bind: { create_host_path: false },
  };
}

function openclawEnvironment(policy: Policy): Record<string, string> {
  const proxy = `http://egress:${EGRESS_PORT}`;
  return {
    OPENCLAW_CONFIG_PATH: GATEWAY.configFile,
    OPENCLAW_STATE_DIR: GATEWAY.state,
    OPENCLAW_DISABLE_BONJOUR: '1',
    ...nativePaths(policy),
    NODE_OPTIONS: `--max-old-space-size=${policy.resources.heapMiB}`,
    // With a read-only root, everything that programs keep goes into the state volume.
    XDG_CACHE_HOME: GATEWAY.cache,
    XDG_CONFIG_HOME: `${GATEWAY.state}/xdg/config`,
    XDG_DATA_HOME: `${GATEWAY.state}/xdg/data`,
    npm_config_cache: `${GATEWAY.cache}/npm`,
    ...(PRESETS[policy.preset].hasEgress
      ? { HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: 'localhost,127.0.0.1,::1' }
      : {}),
  };
}

function gatewayNetwork(policy: Policy, cage: CageAddresses): ComposeService {
  if (policy.preset === 'baseline') {
    return { networks: ['front'], ports: [`127.0.0.1:${policy.access.port}:${GATEWAY.port}`] };
  }
  return {
    networks: { cage: { ipv4_address: cage.gateway } },
    // Docker's resolver answers for the other containers only: whatever it would forward ends at a port that is closed.
    dns: [cage.egress],
    dns_opt: ['timeout:1', 'attempts:1'],
    sysctls: { 'net.ipv6.conf.all.disable_ipv6': '1' },
  };
}
