import { deploymentFromInspect } from '../../deployment/docker/read-inspect.ts';
import type { ContainerInspect } from '../../engine/docker-types.ts';
import { FakeRandom } from '../../ports/fake/fake-host.ts';
import type { MountSource, ProofTarget, TwinSpec } from '../proof-target.ts';
import { twinSpecOf } from '../twin/twin-spec.ts';

export const TARGET_TOKEN = 'sk-target-0123456789abcdef0123456789';

const ID = 'c0ffee0123456789c0ffee0123456789c0ffee0123456789c0ffee0123456789';
const IMAGE = `sha256:${'d'.repeat(64)}`;

/** What `docker inspect` says of a hardened gateway, as far as any of it matters to a twin. */
export function inspectedGateway(
  changes: { config?: object; host?: object; mounts?: object[] } = {},
): ContainerInspect {
  return {
    Id: ID,
    Name: '/claw-gateway-1',
    Created: '2026-11-22T08:50:20Z',
    Image: IMAGE,
    RestartCount: 0,
    State: { Status: 'running', Running: true, OOMKilled: false },
    Mounts: changes.mounts ?? [
      volumeMount('claw_state', '/home/node/.openclaw'),
      bindMount('/srv/claw/config', '/etc/openclaw'),
      bindMount('/srv/claw/secrets/gateway_token', '/run/secrets/gateway_token'),
    ],
    Config: {
      Image: 'ghcr.io/openclaw/openclaw:2026.9.6',
      Hostname: 'openclaw-gateway',
      Domainname: '',
      User: '1000:1000',
      Env: ['PATH=/usr/bin:/bin', 'OPENCLAW_STATE_DIR=/home/node/.openclaw', `BRAVE_API_KEY=${TARGET_TOKEN}`],
      Cmd: [],
      Entrypoint: ['openclaw', 'gateway'],
      ExposedPorts: { '18789/tcp': {} },
      Labels: { 'com.docker.compose.project': 'claw', 'com.docker.compose.service': 'gateway' },
      Healthcheck: { Test: ['CMD', 'node', '/health.mjs'] },
      StopTimeout: 90,
      ...changes.config,
    },
    HostConfig: {
      NetworkMode: 'claw_cage',
      RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
      Binds: ['claw_state:/home/node/.openclaw:rw'],
      VolumesFrom: null,
      ReadonlyRootfs: true,
      Privileged: false,
      CapAdd: null,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges:true'],
      Memory: 2_147_483_648,
      MemorySwap: 2_147_483_648,
      MemoryReservation: 1_073_741_824,
      NanoCpus: 2_000_000_000,
      PidsLimit: 256,
      IpcMode: 'private',
      Ulimits: [{ Name: 'nofile', Soft: 8192, Hard: 8192 }],
      Dns: ['172.30.225.2'],
      DnsOptions: ['timeout:1'],
      ExtraHosts: [],
      Sysctls: { 'net.ipv6.conf.all.disable_ipv6': '1' },
      Tmpfs: { '/tmp': 'size=256m,mode=1777,noexec,nosuid,nodev' },
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
      PortBindings: { '18789/tcp': [{ HostIp: '127.0.0.1', HostPort: '18789' }] },
      MaskedPaths: ['/proc/kcore'],
      ReadonlyPaths: ['/proc/sys'],
      Init: true,
      FutureSetting: { kept: true },
      ...changes.host,
    },
    NetworkSettings: {
      Ports: {},
      Networks: {
        claw_cage: {
          IPAMConfig: { IPv4Address: '172.30.225.4' },
          Links: null,
          Aliases: ['claw-gateway-1', 'gateway', ID.slice(0, 12)],
          IPAddress: '172.30.225.4',
          MacAddress: '02:42:ac:1e:e1:04',
          DriverOpts: null,
        },
      },
    },
  } as unknown as ContainerInspect;
}

export function volumeMount(name: string, target: string): object {
  const Source = `/var/lib/docker/volumes/${name}/_data`;
  return {
    Type: 'volume',
    Name: name,
    Source,
    Destination: target,
    Driver: 'local',
    RW: true,
    Propagation: '',
  };
}

export function bindMount(source: string, target: string, writable = false): object {
  return { Type: 'bind', Source: source, Destination: target, RW: writable, Propagation: 'rprivate' };
}

export const cageNetwork = {
  Name: 'claw_cage',
  Driver: 'bridge',
  Internal: true,
  Options: { 'com.docker.network.bridge.name': 'claw0', 'com.docker.network.bridge.inhibit_ipv4': 'true' },
  IPAM: { Config: [{ Subnet: '172.30.225.0/28', Gateway: '172.30.225.1/28' }] },
  Containers: {
    [ID]: { Name: 'claw-gateway-1' },
    x: { Name: 'clawproof-proof-0-cell' },
    y: { Name: 'foreign-db-1' },
  },
};

/** The twin of such a gateway. */
export function twinFixture(
  inspect: ContainerInspect = inspectedGateway(),
  config: Record<string, unknown> = { gateway: { auth: { rateLimit: { maxAttempts: 10 } } } },
): TwinSpec {
  const deployment = { ...deploymentFromInspect([inspect], [cageNetwork]), openclawConfig: config };
  const [gateway] = deployment.services;
  if (gateway === undefined) throw new Error('no service');
  gateway.role = 'gateway';
  const target: ProofTarget = {
    name: 'claw',
    container: { name: 'claw-gateway-1', id: ID },
    deployment,
    gateway,
    image: { reference: 'ghcr.io/openclaw/openclaw:2026.9.6', id: IMAGE, hasNode: true },
    config,
    configPath: '/etc/openclaw/openclaw.json',
    engine: {
      version: '20.10.24',
      kernel: '6.1.0',
      os: 'Debian GNU/Linux 12 (bookworm)',
      arch: 'x64',
      cgroup: 2,
      isRootless: false,
      usernsRemap: false,
      securityOptions: ['name=seccomp,profile=default'],
      isLocal: true,
    },
  };
  return {
    ...twinSpecOf(
      target,
      { gateway: inspect, networks: [cageNetwork], own: new Set([ID]) },
      new FakeRandom(),
    ),
    mountSources: new Map([
      ['/home/node/.openclaw', mountSource({ mode: 0o700 })],
      ['/run/secrets/gateway_token', mountSource({ kind: 'file', mode: 0o400, size: 64 })],
      ['/etc/openclaw', mountSource({ mode: 0o700 })],
    ]),
  };
}

export function mountSource(changes: Partial<MountSource> = {}): MountSource {
  return { kind: 'directory', uid: 1000, gid: 1000, mode: 0o755, size: 0, ...changes };
}
