import { describe, expect, it } from 'vitest';
import type { Deployment, Mount, Service } from '../../deployment/deployment.ts';
import type { ContainerSpec, HostConfigSpec } from '../container-spec.ts';
import type { TwinSpec } from '../proof-target.ts';
import { inspectedGateway, twinFixture } from '../testing/twin-fixture.ts';
import { variantOfMeasure, withDeploymentChange } from './from-measure.ts';

function weakened(id: string, spec = twinFixture()): TwinSpec | null {
  return variantOfMeasure(id).weaken(spec);
}

/** The twin's gateway after a change of the service. */
function changed(change: Partial<Service>, spec = twinFixture()): ContainerSpec | undefined {
  const before = spec.target.deployment;
  const services = before.services.map((service) => ({ ...service, ...change }));
  return withDeploymentChange(spec, before, { ...before, services })?.gateway;
}

function changedHost(change: Partial<Service>): HostConfigSpec | undefined {
  return changed(change)?.HostConfig;
}

const socket: Mount = {
  kind: 'bind',
  source: '/var/run/docker.sock',
  target: '/var/run/docker.sock',
  readOnly: true,
};

describe('variants of measures', () => {
  it.each([
    ['read-only-root', { ReadonlyRootfs: false }],
    ['no-capabilities', { CapDrop: [] }],
    ['no-new-privileges', { SecurityOpt: [] }],
    ['not-privileged', { Privileged: true, MaskedPaths: null, ReadonlyPaths: null }],
    ['no-host-namespaces', { PidMode: 'host' }],
    ['init-process', { Init: false }],
    ['resource-limits', { PidsLimit: null, Memory: 2_147_483_648, NanoCpus: 2_000_000_000 }],
    ['log-rotation', { LogConfig: { Type: 'json-file', Config: {} } }],
    ['restart-policy', { RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } }],
    ['seccomp-default', { SecurityOpt: ['no-new-privileges:true', 'seccomp=unconfined'] }],
    [
      'no-devices',
      { Devices: [{ PathOnHost: '/dev/kmsg', PathInContainer: '/dev/kmsg', CgroupPermissions: 'rwm' }] },
    ],
  ])('%s changes only that', (id, host) => {
    const spec = twinFixture();
    const twin = weakened(id, spec);
    expect(twin).toEqual({
      ...spec,
      gateway: { ...spec.gateway, HostConfig: { ...spec.gateway.HostConfig, ...host } },
    });
  });

  it('gives root by its number: without a user the image decides', () => {
    expect(weakened('non-root')?.gateway.User).toBe('0:0');
  });

  it('adds the socket to what is mounted', () => {
    const spec = twinFixture();
    expect(weakened('no-engine-socket', spec)?.gateway.HostConfig.Mounts).toEqual([
      ...(spec.gateway.HostConfig.Mounts ?? []),
      { Type: 'bind', Source: socket.source, Target: socket.target, ReadOnly: true },
    ]);
  });

  it('changes the network that leads out', () => {
    const twin = weakened('no-direct-egress');
    expect(twin?.networks).toMatchObject([{ name: 'claw_cage', internal: false, isChanged: true }]);
    expect(twin?.gateway.networks).toHaveProperty('claw_cage');
  });

  it('changes the settings of the twin, whose secrets are not those of the target', () => {
    const spec: TwinSpec = { ...twinFixture(), config: { gateway: { auth: { token: 'of the twin' } } } };
    expect(weakened('auth-rate-limit', spec)?.config).toEqual({
      gateway: { auth: { token: 'of the twin', rateLimit: { maxAttempts: 1_000_000 } } },
    });
  });

  it('adds a variable and leaves the others as the twin has them', () => {
    const spec = twinFixture();
    const env = weakened('tls-verification', spec)?.gateway.Env;
    expect(env).toEqual([...spec.gateway.Env, 'NODE_TLS_REJECT_UNAUTHORIZED=0']);
  });

  it('is no variant of a target that is that weak already', () => {
    const weak = twinFixture(inspectedGateway({ host: { ReadonlyRootfs: false } }));
    expect(weakened('read-only-root', weak)).toBeNull();
  });

  it.each(['pinned-image', 'image-hygiene', 'engine-not-on-tcp', 'isolated-network', 'user-namespace'])(
    '%s cannot be made in a twin',
    (id) => expect(weakened(id)).toBeNull(),
  );

  it('refuses a measure that does not exist', () => {
    expect(() => variantOfMeasure('no-such-measure')).toThrow('no-such-measure');
  });
});

describe('a change of the gateway', () => {
  it.each<[string, Partial<Service>, Partial<HostConfigSpec>]>([
    ['capAdd', { capAdd: ['NET_RAW'] }, { CapAdd: ['NET_RAW'] }],
    ['groupAdd', { groupAdd: ['999'] }, { GroupAdd: ['999'] }],
    ['ipcMode', { ipcMode: 'host' }, { IpcMode: 'host' }],
    ['usernsMode', { usernsMode: 'host' }, { UsernsMode: 'host' }],
    ['cgroupMode', { cgroupMode: 'host' }, { CgroupnsMode: 'host' }],
    ['extraHosts', { extraHosts: [['metadata', '169.254.169.254']] }, { ExtraHosts: ['metadata:169.254.169.254'] }],
    ['dns', { dns: ['192.0.2.1'] }, { Dns: ['192.0.2.1'] }],
    ['sysctls', { sysctls: { 'net.ipv4.ip_forward': '1' } }, { Sysctls: { 'net.ipv4.ip_forward': '1' } }],
    ['runtime', { runtime: 'runsc' }, { Runtime: 'runsc' }],
    ['restart', { restart: 'on-failure:3' }, { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } }],
    ['system paths', { securityOptions: ['systempaths=unconfined'] }, { SecurityOpt: [], MaskedPaths: [], ReadonlyPaths: [] }],
    ['no limit of memory', { limits: { pids: 256, cpus: 2, openFiles: 8192 } }, { Memory: 0, MemorySwap: 0, MemoryReservation: 0, NanoCpus: 2_000_000_000 }],
    ['swap', { limits: { memoryBytes: 2_147_483_648, memorySwapBytes: -1, pids: 256, cpus: 2, openFiles: 8192 } }, { Memory: 2_147_483_648, MemorySwap: -1 }],
    ['no limit of cpus', { limits: { memoryBytes: 2_147_483_648, memorySwapBytes: 2_147_483_648, pids: 256, openFiles: 8192 } }, { NanoCpus: 0, CpuQuota: 0 }],
    ['no limit of files', { limits: { memoryBytes: 2_147_483_648, memorySwapBytes: 2_147_483_648, pids: 256, cpus: 2 } }, { Ulimits: [] }],
    ['ports', { ports: [{ containerPort: 80, protocol: 'tcp', hostAddress: '0.0.0.0', hostPort: 8080 }] }, { PortBindings: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] } }],
    ['a writable volume becomes read-only', { mounts: [{ kind: 'volume', source: 'claw_state', target: '/home/node/.openclaw', readOnly: true }] }, { Mounts: [{ Type: 'volume', Source: 'claw_state', Target: '/home/node/.openclaw', ReadOnly: true }], Tmpfs: {} }],
  ])('%s', (_, change, host) => expect(changedHost(change)).toMatchObject(host)); // prettier-ignore

  it('of a tmpfs becomes its options, and the other mounts stay', () => {
    const spec = twinFixture();
    const mounts = (spec.target.gateway.mounts ?? []).map((mount) =>
      mount.kind === 'tmpfs' ? { ...mount, options: ['exec', 'nosuid', 'nodev'] } : mount,
    );
    expect(changed({ mounts }, spec)?.HostConfig).toMatchObject({
      Tmpfs: { '/tmp': 'exec,nosuid,nodev' },
      Mounts: spec.gateway.HostConfig.Mounts,
    });
  });

  it("into the host's network gives up what cannot be had there", () => {
    const gateway = changed({ networkMode: 'host' });
    expect(gateway).toMatchObject({ networks: {}, HostConfig: { NetworkMode: 'host', Sysctls: {} } });
    expect(gateway).not.toHaveProperty('Hostname');
  });

  it('of program, name, times and health', () => {
    expect(
      changed({
        command: ['gateway', '--auth', 'none'],
        entrypoint: ['openclaw'],
        hostname: '',
        stopGraceSeconds: 5,
        healthcheck: { test: ['NONE'], disabled: true },
      }),
    ).toMatchObject({
      Cmd: ['gateway', '--auth', 'none'],
      Entrypoint: ['openclaw'],
      StopTimeout: 5,
      Healthcheck: { Test: ['NONE'] },
    });
  });

  it('reaches the sidecars by their roles', () => {
    const spec = twinFixture();
    const egress: Service = { name: 'egress', role: 'egress', readOnlyRoot: true };
    const before: Deployment = {
      ...spec.target.deployment,
      services: [...spec.target.deployment.services, egress],
    };
    const after: Deployment = {
      ...before,
      services: before.services.map((each) =>
        each.role === 'egress' ? { ...each, readOnlyRoot: false } : each,
      ),
    };
    const twin: TwinSpec = { ...spec, sidecars: [{ role: 'egress', spec: spec.gateway, container: 'c' }] };
    const weak = withDeploymentChange(twin, before, after);
    expect(weak?.sidecars[0]?.spec.HostConfig.ReadonlyRootfs).toBe(false);
    expect(weak?.gateway).toBe(twin.gateway);
  });
});
