import type { Deployment } from '../../../deployment/deployment.ts';
import type { ContainerInspect } from '../../../engine/docker-types.ts';
import type { EngineReport } from '../../../engine/engine-report.ts';
import { runningContainer } from '../../../engine/fake/fake-docker.ts';
import { parseEgressLog, parseGatewayLog } from '../log-lines.ts';
import type { ContainerSeen, MountSeen, Observations, SeenRole } from '../observations.ts';
import { EGRESS_LOG, READY, STARTING } from './recorded-lines.ts';

export const NOW = Date.parse('2026-11-22T13:30:00Z');

/** A container of the deployment, with changes put into what `docker inspect` says. */
export function containerSeen(
  role: SeenRole,
  change: { state?: Partial<ContainerInspect['State']>; restarts?: number } = {},
  events: ContainerSeen['events'] = [],
): ContainerSeen {
  const name = `openclaw-${role}-1`;
  const base = runningContainer(change);
  const inspect = {
    ...base,
    Name: `/${name}`,
    Created: '2026-11-22T12:48:00Z',
    HostConfig: { Memory: 2 * 1024 ** 3, NetworkMode: 'openclaw_cage', PortBindings: {} },
    Mounts: [],
    NetworkSettings: { Ports: {}, Networks: {} },
  } as unknown as ContainerInspect;
  return { service: role, role, name, inspect, events };
}

export function mountSeen(change: Partial<MountSeen> = {}): MountSeen {
  const user = { uid: 1000, gid: 1000 };
  return {
    target: '/home/node/.openclaw',
    kind: 'directory',
    uid: 1000,
    gid: 1000,
    mode: 0o700,
    use: 'state',
    user,
    ...change,
  };
}

/** An engine of this host that is ready; what it says of itself is left out. */
export const READY_ENGINE = {
  ok: true,
  kind: 'local',
  endpoint: 'unix:///var/run/docker.sock',
  programs: [],
  missing: [],
  notes: [],
} as EngineReport;

/** A deployment of ours in which nothing is wrong, with `change` put in. */
export function healthy(change: Partial<Observations> = {}): Observations {
  return {
    target: { kind: 'deployment', folder: '/srv/openclaw', name: 'openclaw', port: 18_789, isCaged: true },
    now: NOW,
    since: NOW - 86_400_000,
    engine: { value: READY_ENGINE },
    containers: { value: (['gateway', 'egress', 'ingress'] as const).map((role) => containerSeen(role)) },
    gatewayLog: { value: parseGatewayLog(`${STARTING}\n${READY}\n`) },
    egressLog: { value: parseEgressLog(EGRESS_LOG) },
    deployment: {
      value: {
        effective: hardened,
        declared: null,
        config: {},
        configPlace: 'config/openclaw/openclaw.json',
        configProblem: null,
        problems: [],
      },
    },
    mounts: { value: [mountSeen()] },
    answers: {
      value: { healthz: 200, readyz: 200, readyzBody: '{"ready":true}', token: 200, tokenFile: null },
    },
    change: { value: { open: null, unreadable: null, unfinishedRun: null, running: null } },
    disks: { value: [{ path: '/srv/openclaw', what: 'folder of the deployment', freeBytes: 9e9 }] },
    clock: {
      value: { engineAheadMs: 0, future: [], publishedAt: Date.UTC(2026, 8, 1), version: '2026.9.6' },
    },
    port: { value: { port: 18_789, takenBy: null } },
    firewall: { value: { active: [], dockerUser: [], listening: [] } },
    nameServers: { value: ['192.0.2.53'] },
    ...change,
  };
}

/** Down, with a start that said this. */
export function failedStart(lines: readonly string[], exitCode = 78, restarts = 4): Partial<Observations> {
  const state = { Status: 'restarting' as const, Running: false, Restarting: true, ExitCode: exitCode };
  return {
    containers: {
      value: [
        containerSeen('gateway', { state, restarts }),
        containerSeen('egress'),
        containerSeen('ingress'),
      ],
    },
    gatewayLog: { value: parseGatewayLog([READY, ...lines].join('\n')) },
    answers: { value: { healthz: 502, readyz: 502, readyzBody: '', token: null, tokenFile: null } },
  };
}

const gateway: Deployment['services'][number] = {
  name: 'gateway',
  role: 'gateway',
  image: { reference: 'clawproof/gateway:1' },
  environment: {},
  environmentFromHost: [],
  command: [],
  entrypoint: ['openclaw', 'gateway'],
  labels: {},
  mounts: [],
  ports: [],
  networks: { cage: {} },
  networkMode: '',
  groupAdd: [],
  devices: [],
};

/** As far as the measures of the cases look. */
export const hardened: Deployment = {
  evidence: 'effective',
  openclawVersion: '2026.9.6',
  services: [gateway],
  networks: [],
  openclawConfig: {
    gateway: {
      bind: 'lan',
      auth: { mode: 'token', token: { source: 'file', provider: 'gateway', id: 'value' } },
    },
    secrets: {
      providers: { gateway: { source: 'file', mode: 'singleValue', path: '/run/secrets/gateway_token' } },
    },
  },
  openclawConfigVariables: {},
};

/** The same with a change to the gateway's service. */
export function withGateway(change: Partial<Deployment['services'][number]>): Observations['deployment'] {
  const effective = { ...hardened, services: [{ ...gateway, ...change }] };
  return {
    value: {
      effective,
      declared: null,
      config: hardened.openclawConfig ?? {},
      configPlace: 'openclaw.json',
      configProblem: null,
      problems: [],
    },
  };
}
