import { describe, expect, it } from 'vitest';
import type { HostView, SeenMount, SocketAttempt } from '../../payload/host-view.ts';
import { judged, proofTarget } from '../../testing/judged.ts';
import { engineSockets } from './engine-sockets.ts';
import { hostDevices } from './host-devices.ts';
import { hostPaths } from './host-paths.ts';
import { namespaceProbes } from './namespaces.ts';
import { ordinaryUser, userMapping } from './user-identity.ts';

function socket(changes: Partial<SocketAttempt>): SocketAttempt {
  return { path: '/x.sock', root: '/x.sock', isHostPath: true, result: 'connected', ...changes };
}

describe('engine-sockets', () => {
  it('passes without a socket, and with one of its own', () => {
    expect(judged(engineSockets, { connect: [] }).state).toBe('pass');
    const own = socket({ path: '/tmp/own.sock', root: '/own.sock', isHostPath: false });
    expect(judged(engineSockets, { connect: [own] }).state).toBe('pass');
  });

  it.each([
    [
      'that answers',
      { path: '/run/docker.sock', answer: 'HTTP/1.0 200 OK' },
      'an engine takes orders at /run/docker.sock (HTTP/1.0 200 OK)',
    ],
    [
      'under another name',
      { path: '/opt/build', root: '/run/docker.sock' },
      'an engine takes orders at /opt/build',
    ],
    [
      'that is known by its answer',
      { path: '/opt/build', answer: 'HTTP/1.1 200 OK' },
      'an engine takes orders at /opt/build (HTTP/1.1 200 OK)',
    ],
    [
      'of containerd',
      { path: '/run/containerd/containerd.sock', answer: '@' },
      'an engine takes orders at /run/containerd/containerd.sock',
    ],
    [
      'that refuses this user',
      { path: '/run/docker.sock', result: 'EACCES' },
      '/run/docker.sock: the socket of an engine is mounted, and only its mode (EACCES) keeps this user out',
    ],
    [
      'of another service of the host',
      { path: '/run/dbus/socket' },
      'a service of the host answers at the socket /run/dbus/socket',
    ],
  ])('fails with a socket %s', (_, changes, observed) => {
    expect(judged(engineSockets, { connect: [socket(changes)] })).toEqual({ state: 'fail', observed });
  });

  it('asks at the folder of the user who runs it', () => {
    const attempts = engineSockets.attempts(proofTarget({ user: '1234:1234' }), undefined);
    expect('skipped' in attempts ? [] : attempts[0]?.params['paths']).toContain('/run/user/1234/docker.sock');
  });
});

function mount(target: string, root: string, changes: Partial<SeenMount> = {}): SeenMount {
  const isHostPath = root !== '/';
  return {
    root,
    target,
    options: ['ro'],
    fsType: 'ext4',
    source: '/dev/vda',
    isHostPath,
    ...changes,
  };
}

describe('host-paths', () => {
  const root = mount('/', '/', { fsType: 'overlay', isHostPath: false });

  it('passes with volumes, files of the deployment and what the engine brings', () => {
    const mounts = [
      root,
      mount('/home/node/.openclaw', '/var/lib/docker/volumes/state/_data', { isHostPath: false }),
      mount('/etc/openclaw', '/srv/claw/config'),
      mount('/opt/claw', '/root/claw/files'),
      mount('/sbin/docker-init', '/usr/bin/docker-init'),
      mount('/tmp', '/', { fsType: 'tmpfs', isHostPath: false }),
      mount('/dev/shm', '/', { fsType: 'tmpfs', isHostPath: false }),
      mount('/etc/localtime', '/etc/localtime'),
    ];
    expect(judged(hostPaths, { mounts })).toEqual({
      state: 'pass',
      observed: '8 mounts, none of a part of the host system',
    });
  });

  it.each([
    ['/home', '/home of the host at /x (2 entries)'],
    ['/etc', '/etc of the host at /x (2 entries)'],
    ['/home/me', '/home/me of the host at /x (2 entries)'],
    ['/root', '/root of the host at /x (2 entries)'],
    ['/root/.ssh', '/root/.ssh, which holds credentials of the host, at /x (2 entries)'],
    ['/var/run', '/var/run of the host at /x (2 entries)'],
  ])('fails with %s', (source, what) => {
    const mounts = [root, mount('/x', source, { entries: 2 })];
    expect(judged(hostPaths, { mounts })).toEqual({ state: 'fail', observed: `it sees ${what}` });
  });

  it('fails with a tmpfs that is not its own', () => {
    const mounts = [root, mount('/host/run', '/', { fsType: 'tmpfs', isHostPath: false })];
    expect(judged(hostPaths, { mounts }).state).toBe('fail');
  });

  it('knows from the engine what begins elsewhere on the host', () => {
    const target = proofTarget({ mounts: [{ kind: 'bind', source: '/home', target: '/x', readOnly: true }] });
    expect(
      judged(hostPaths, { mounts: [root, mount('/x', '/', { source: '/dev/vdb' })] }, target).state,
    ).toBe('fail');
  });

  it('knows nothing without a mount table', () => {
    expect(judged(hostPaths, { mounts: [] }).state).toBe('error');
  });
});

describe('host-devices', () => {
  it.each([
    [[], 'pass'],
    [[{ path: '/dev/vda', kind: 'block', open: 'EACCES' }], 'pass'],
    [[{ path: '/dev/vda', kind: 'block', open: 'done' }], 'fail'],
    [[{ path: '/dev/watchdog', kind: 'character', open: 'not tried' }], 'fail'],
  ])('judges %j as %s', (open, state) => {
    expect(judged(hostDevices, { open }).state).toBe(state);
  });
});

const HOST = { pid: 1001, ipc: 1002, uts: 1003, net: 1004, cgroup: 1005, user: 1006 };

function view(changes: Partial<HostView> = {}): HostView {
  return {
    namespaces: { pid: 1, ipc: 2, uts: 3, net: 4, cgroup: 5, user: 6 },
    hostname: 'cell',
    interfaces: ['lo'],
    uidMap: [[0, 0, 4_294_967_295]],
    foreign: [],
    processes: 2,
    sharedMemory: 0,
    ...changes,
  };
}

describe.each(
  namespaceProbes.map((probe, index) => ({
    probe,
    id: probe.id,
    kind: ['pid', 'ipc', 'uts', 'net', 'cgroup'][index] ?? '',
  })),
)('$id', ({ probe, kind }) => {
  it('passes when the host has another one', () => {
    expect(judged(probe, { cell: view(), host: HOST }).state).toBe('pass');
  });

  it('fails when the host has the same', () => {
    const cell = view({ namespaces: { ...view().namespaces, [kind]: HOST[kind as 'pid'] } });
    expect(judged(probe, { cell, host: HOST }).state).toBe('fail');
  });

  it('does not pass without the host to compare with', () => {
    expect(judged(probe, { cell: view() }).state).toBe('error');
    expect(judged(probe, { cell: view(), host: {} }).state).toBe('error');
  });
});

describe('namespaces', () => {
  const probeOf = (id: string): (typeof namespaceProbes)[number] => {
    const found = namespaceProbes.find((probe) => probe.id === id);
    if (found === undefined) throw new Error(id);
    return found;
  };

  it('knows the first ones of the kernel by their numbers', () => {
    const cell = view({ namespaces: { uts: 4_026_531_838 }, hostname: 'vm' });
    expect(judged(probeOf('own-host-name'), { cell, host: {} })).toEqual({
      state: 'fail',
      observed: "it has the host's own name, vm",
    });
  });

  it('sees that the processes are those of another container', () => {
    const cell = view({ foreign: [{ pid: 1, uid: 0, name: 'postgres' }] });
    expect(judged(probeOf('own-processes'), { cell, host: HOST })).toEqual({
      state: 'fail',
      observed: 'it sees processes of another container: postgres',
    });
  });

  it('takes the view of the control groups of version 1 for the default that it is', () => {
    const cell = view({ namespaces: { cgroup: HOST.cgroup } });
    const judge = (gateway: object, cgroup: 1 | 2): string =>
      judged(probeOf('own-control-groups'), { cell, host: HOST }, proofTarget(gateway, { cgroup })).state;
    expect(judge({}, 1)).toBe('skipped');
    expect(judge({ cgroupMode: 'private' }, 1)).toBe('fail');
    expect(judge({}, 2)).toBe('fail');
  });
});

describe('ordinary-user', () => {
  it.each([
    [{ uid: 1000, gid: 1000, groups: [1000] }, 'pass'],
    [{ uid: 1000, gid: 1000, groups: [1000, 2000] }, 'pass'],
    [{ uid: 0, gid: 0, groups: [0] }, 'fail'],
    [{ uid: 1000, gid: 0, groups: [] }, 'fail'],
    [{ uid: 1000, gid: 1000, groups: [0, 1000] }, 'fail'],
    [{ uid: 1000, gid: 1000, groups: [1000, 998] }, 'fail'],
    [{ uid: 1000 }, 'error'],
  ])('judges %j as %s', (self, state) => {
    expect(judged(ordinaryUser, { self }).state).toBe(state);
  });
});

describe('user-mapping', () => {
  it.each([
    [[[0, 200_000, 65_536]], {}, 'pass'],
    [[[0, 0, 4_294_967_295]], {}, 'skipped'],
    [[[0, 0, 4_294_967_295]], { usernsRemap: true }, 'fail'],
    [[[0, 0, 4_294_967_295]], { isRootless: true }, 'pass'],
    [[], {}, 'error'],
  ])('judges %j on an engine with %j as %s', (uidMap, engine, state) => {
    expect(judged(userMapping, { map: view({ uidMap }) }, proofTarget({}, engine)).state).toBe(state);
  });
});
