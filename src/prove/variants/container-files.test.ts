import { describe, expect, it } from 'vitest';
import type { TwinSpec } from '../proof-target.ts';
import { inspectedGateway, twinFixture } from '../testing/twin-fixture.ts';
import { fileVariants } from './container-files.ts';

function weakened(id: string, twin: TwinSpec = twinFixture()): TwinSpec | null {
  const variant = fileVariants.find((each) => each.id === id);
  if (variant === undefined) throw new Error(id);
  return variant.weaken(twin);
}

/** Members of the container's settings that a variant made differ. */
function changes(id: string, twin?: TwinSpec): Record<string, unknown> {
  const before = twin ?? twinFixture();
  const after = weakened(id, twin)?.gateway.HostConfig ?? {};
  const entries = Object.entries(after);
  return Object.fromEntries(
    entries.filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(before.gateway.HostConfig[key]),
    ),
  );
}

describe('weaker twins', () => {
  it.each([
    ['exec-tmpfs', { Tmpfs: { '/tmp': 'size=256m,mode=1777,nosuid,nodev,exec' } }],
    ['unsized-tmpfs', { Tmpfs: { '/tmp': 'mode=1777,noexec,nosuid,nodev' } }],
    ['unmasked-paths', { MaskedPaths: [], ReadonlyPaths: [] }],
    ['host-ipc', { IpcMode: 'host' }],
    ['host-uts', { UTSMode: 'host' }],
    ['host-cgroups', { CgroupnsMode: 'host' }],
    ['no-memory-limit', { Memory: 0, MemorySwap: 0, MemoryReservation: 0 }],
    ['swap-beyond-memory', { MemorySwap: -1 }],
    ['no-processor-limit', { NanoCpus: 0, CpuQuota: 0, CpuPeriod: 0 }],
    ['no-open-file-limit', { Ulimits: [] }],
  ])('%s differs in nothing but %j', (id, expected) => {
    expect(changes(id)).toEqual(expected);
  });

  it('has its settings mounted writable, and its secrets not', () => {
    const mounts = weakened('writable-config')?.gateway.HostConfig.Mounts ?? [];
    expect(mounts.filter(({ ReadOnly }) => ReadOnly === true).map(({ Target }) => Target)).toEqual([
      '/run/secrets/gateway_token',
    ]);
  });

  it('has no settings to be made writable where they are in the state', () => {
    const twin = twinFixture(inspectedGateway({ mounts: [] }));
    expect(weakened('writable-config', twin)).toBeNull();
  });

  it('gets a tmpfs where it has none', () => {
    const twin = twinFixture(inspectedGateway({ host: { Tmpfs: null } }));
    expect(changes('exec-tmpfs', twin)).toEqual({ Tmpfs: { '/clawproof-tmp': 'mode=1777,size=16m,exec' } });
  });

  it('leaves its own network with all settings that belong to it', () => {
    const twin = weakened('host-network');
    expect(twin?.gateway.networks).toEqual({});
    expect(twin?.gateway.HostConfig).toMatchObject({ NetworkMode: 'host', Sysctls: {}, PortBindings: {} });
  });

  it('opts out of a mapping of users only where there is one', () => {
    expect(weakened('host-users')).toBeNull();
    const twin = twinFixture();
    const mapped = {
      ...twin,
      target: { ...twin.target, engine: { ...twin.target.engine, usernsRemap: true } },
    };
    expect(weakened('host-users', mapped)?.gateway.HostConfig.UsernsMode).toBe('host');
  });
});
