import { describe, expect, it } from 'vitest';
import { fakePorts } from '../ports/fake/fake-ports.ts';
import { FakeSystem } from '../ports/fake/fake-host.ts';
import { detectEngine } from './detect.ts';
import { COMPOSE_PLUGIN, type FakeDockerHost, fakeDockerHost } from './fake/fake-docker-host.ts';
import { STDERR, VERSION } from './fake/recorded.ts';

const SOCKET_OF_USER = 'unix:///run/user/1000/docker.sock';

async function detect(
  host: FakeDockerHost,
  prepare: (ports: ReturnType<typeof fakeDockerHost>) => void = () => undefined,
) {
  const ports = fakeDockerHost(host);
  prepare(ports);
  const report = await detectEngine(ports);
  for (const missing of report.missing) {
    expect(missing.message).not.toMatch(/\n|\.$/);
    expect(missing.commands.length).toBeGreaterThan(0);
  }
  return report;
}

describe('an engine that answers', () => {
  it('is described, with Compose and a builder', async () => {
    const report = await detect({});
    expect(report).toMatchObject({
      ok: true,
      kind: 'local',
      missing: [],
      notes: [],
      compose: { version: '2.26.1-4' },
    });
    expect(report.engine).toMatchObject({
      version: '20.10.24+dfsg1',
      apiVersion: '1.41',
      cgroupVersion: '1',
      seccomp: true,
      apparmor: false,
      rootDir: '/var/lib/docker',
      limits: { memory: true, cpu: true, pids: true },
    });
    expect(report.engine?.rootDirFree).toBeGreaterThan(0);
    expect(report.builder).toEqual({
      program: '/usr/bin/docker',
      version: '20.10.24+dfsg1',
      kind: 'built-in',
      env: { DOCKER_BUILDKIT: '1' },
    });
  });

  it('is built on with the older client when the newer one has no buildx', async () => {
    const report = await detect({
      programs: { '/usr/local/bin/docker': '28.2.2', '/usr/bin/docker': '20.10.24+dfsg1' },
    });
    expect(report.docker).toEqual({ path: '/usr/local/bin/docker', version: '28.2.2' });
    expect(report.builder?.program).toBe('/usr/bin/docker');
  });

  it('is built on with buildx where the client has it', async () => {
    const report = await detect({
      programs: { '/usr/bin/docker': '28.2.2' },
      plugins: [COMPOSE_PLUGIN, { Name: 'buildx', Version: 'v0.13.1' }],
    });
    expect(report.builder).toMatchObject({ program: '/usr/bin/docker', kind: 'buildx' });
  });

  it('is fine without a builder, but says so', async () => {
    const report = await detect({
      programs: { '/usr/bin/docker': '28.2.2' },
      plugins: [COMPOSE_PLUGIN, { Name: 'buildx', Err: 'exec format error' }],
    });
    expect(report.ok).toBe(true);
    expect(report.builder).toBeUndefined();
    expect(report.missing.map(({ id }) => id)).toEqual(['builder']);
  });

  it('lists one program once, whatever links lead to it', async () => {
    const report = await detect({}, (ports) => {
      ports.files.putLink('/bin', 'usr/bin');
    });
    expect(report.programs).toHaveLength(1);
  });

  it.each<[string, FakeDockerHost, string]>([
    ['remote', { endpoint: 'ssh://admin@far.example' }, 'remote'],
    ['remote', { endpoint: 'tcp://192.0.2.7:2376' }, 'remote'],
    [
      'podman',
      {
        version: {
          ...VERSION,
          Server: { Version: '4.3.1', Components: [{ Name: 'Podman Engine', Version: '4.3.1' }] },
        },
      },
      'podman',
    ],
    ['local', { info: { ServerVersion: '19.03.15' } }, 'engine-version'],
    ['local', { info: { OSType: 'windows' } }, 'linux-containers'],
  ])('of kind %s is no place for a deployment: %j', async (kind, host, missing) => {
    const report = await detect(host);
    expect(report).toMatchObject({ ok: false, kind });
    expect(report.missing.map(({ id }) => id)).toEqual([missing]);
    expect(JSON.stringify(report.missing)).not.toContain('admin@');
  });

  it.each<[string, FakeDockerHost, RegExp]>([
    [
      'rootless',
      {
        endpoint: SOCKET_OF_USER,
        info: {
          SecurityOptions: ['name=seccomp,profile=default', 'name=rootless'],
          MemoryLimit: false,
          PidsLimit: false,
        },
      },
      /cannot enforce limits on: memory, pids/,
    ],
    ['desktop', { info: { OperatingSystem: 'Docker Desktop' } }, /virtual machine/],
    ['local', { info: { SecurityOptions: ['name=seccomp,profile=default', 'name=userns'] } }, /userns-remap/],
    ['local', { info: { SecurityOptions: [] } }, /no seccomp/],
    ['local', { info: { Driver: 'vfs' } }, /vfs/],
  ])('of kind %s is used, with a note', async (kind, host, note) => {
    const report = await detect(host);
    expect(report).toMatchObject({ ok: true, kind });
    expect(report.notes.join('\n')).toMatch(note);
  });

  it('needs Compose v2', async () => {
    expect((await detect({ plugins: [] })).missing.map(({ id }) => id)).toEqual(['compose']);
    const report = await detect({ plugins: [] }, ({ exec }) =>
      exec.on('/usr/bin/docker', ['compose', 'version', '--short'], { stdout: 'v2.30.0\n' }),
    );
    expect(report).toMatchObject({ ok: true, compose: { version: '2.30.0' } });
  });
});

describe('an engine that does not answer', () => {
  it.each<[string, FakeDockerHost]>([
    ['permission', { unreachable: STDERR.denied }],
    ['engine', { unreachable: STDERR.notRunning }],
    ['engine', { unreachable: STDERR.notRunningNewer }],
    ['remote', { unreachable: STDERR.tcp, endpoint: 'tcp://127.0.0.1:1' }],
    ['remote', { unreachable: STDERR.ssh, endpoint: 'ssh://u@127.0.0.1:1' }],
    ['endpoint', { unreachable: STDERR.notRunning, endpoint: 'unix:///srv/other.sock' }],
    ['api-version', { unreachable: STDERR.tooNew }],
  ])('because of: %s', async (id, host) => {
    const report = await detect(host);
    expect(report.ok).toBe(false);
    expect(report.engine).toBeUndefined();
    expect(report.missing.map((missing) => missing.id)).toEqual([id]);
  });

  it('is installed but not running', async () => {
    const withDaemon = (ports: ReturnType<typeof fakeDockerHost>): void =>
      void ports.files.put('/usr/sbin/dockerd', '');
    const plain = await detect({ unreachable: STDERR.notRunning }, withDaemon);
    expect(plain.missing).toMatchObject([{ id: 'engine-stopped', commands: ['clawproof engine install'] }]);
    const systemd = await detect({ unreachable: STDERR.notRunning }, (ports) => {
      withDaemon(ports);
      ports.system.uid = 1000;
      ports.files.put('/run/systemd/system/x', '');
    });
    expect(systemd.missing).toMatchObject([
      { id: 'engine-stopped', commands: ['sudo systemctl enable --now docker'] },
    ]);
  });

  it('hangs', async () => {
    const report = await detect({}, ({ exec }) =>
      exec.on('/usr/bin/docker', (args) => args[0] === 'info' || args[0] === 'version', {
        killed: 'timeout',
      }),
    );
    expect(report.missing.map(({ id }) => id)).toContain('engine-silent');
  });
});

describe('a host without Docker', () => {
  it('is told how to get it, as root and as another user', async () => {
    const ports = fakeDockerHost({ programs: {} });
    expect((await detectEngine(ports, { self: 'npx clawproof' })).missing).toEqual([
      { id: 'engine', message: 'Docker is not installed', commands: ['npx clawproof engine install'] },
    ]);
    ports.system.uid = 1000;
    expect((await detectEngine(ports)).missing).toMatchObject([
      { commands: ['sudo clawproof engine install'] },
    ]);
  });

  it('may have the engine without the docker program', async () => {
    expect(
      (await detect({ programs: {} }, (ports) => ports.files.put('/usr/sbin/dockerd', ''))).missing,
    ).toMatchObject([{ id: 'docker-cli' }]);
  });

  it('may have Podman under that name', async () => {
    const report = await detect({ programs: { '/usr/bin/docker': 'podman 4.3.1' } });
    expect(report).toMatchObject({ ok: false, kind: 'podman', missing: [{ id: 'podman' }] });
    expect(report.missing[0]?.message).toContain('/usr/bin/docker is Podman');
  });

  it('may be one where no engine can ever run', async () => {
    const unprivileged = (ports: ReturnType<typeof fakeDockerHost>): void =>
      void ports.files.put('/proc/self/status', 'Name:\tx\nCapEff:\t00000000a80425fb\n');
    const report = await detectEngine(fakeDockerHost({ programs: {} }, fakeWith(unprivileged)));
    expect(report.missing[0]).toMatchObject({ id: 'kernel' });
    expect(report.missing[0]?.message).toContain('CAP_SYS_ADMIN and CAP_NET_ADMIN');
    const full = await detectEngine(
      fakeDockerHost(
        { programs: {} },
        fakeWith((ports) => ports.files.put('/proc/self/status', 'CapEff:\t000001ffffffffff\n')),
      ),
    );
    expect(full.missing.map(({ id }) => id)).toEqual(['engine']);
  });

  it('may not be Linux', async () => {
    const report = await detectEngine(fakePorts({ system: new FakeSystem({ platform: 'darwin' }) }));
    expect(report.missing).toMatchObject([{ id: 'platform' }]);
  });
});

function fakeWith(prepare: (ports: ReturnType<typeof fakePorts>) => void): ReturnType<typeof fakePorts> {
  const ports = fakePorts();
  prepare(ports);
  return ports;
}
