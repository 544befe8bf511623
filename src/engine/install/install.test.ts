import { describe, expect, it } from 'vitest';
import { ANY_MORE, type FakeReply } from '../../ports/fake/fake-exec.ts';
import type { FakePorts } from '../../ports/fake/fake-ports.ts';
import {
  COMPOSE_PLUGIN,
  DEBIAN_12,
  DEBIAN_13,
  type FakeDockerHost,
  fakeDockerHost,
} from '../fake/fake-docker-host.ts';
import { STDERR } from '../fake/recorded.ts';
import { installEngine } from './install.ts';

const TOOLS = [
  '/usr/sbin/dockerd',
  '/usr/sbin/iptables',
  '/usr/sbin/debootstrap',
  '/usr/bin/gpgv',
  '/etc/ssl/certs/ca-certificates.crt',
];
const SOURCES = 'Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm trixie\nComponents: main\n';

interface Bare extends FakeDockerHost {
  tools?: string[];
  /** What the host is like once packages are installed. */
  after?: FakeDockerHost;
  install?: FakeReply;
}

/** A host whose apt-get works and after whose installation the engine is there, but stopped unless told. */
function bareHost({
  tools = [],
  after = { unreachable: STDERR.notRunning },
  install = {},
  ...host
}: Bare = {}): FakePorts {
  const ports = fakeDockerHost({ programs: {}, ...host });
  for (const path of tools) ports.files.put(path, '');
  ports.files.put('/etc/apt/sources.list.d/debian.sources', SOURCES).put('/sys/fs/cgroup/memory', '');
  const options = (args: readonly string[]): string =>
    args.filter((word) => !word.includes('=') && word !== '-o' && word !== '--quiet').join(' ');
  ports.exec
    .on('apt-get', (args) => options(args).startsWith('update'))
    .on(
      'apt-get',
      (args) => options(args).startsWith('download'),
      (call) => {
        for (const name of call.args.slice(call.args.indexOf('download') + 1))
          ports.files.put(`${call.options.cwd}/${name}_2.26.1-4_amd64.deb`, 'deb');
        return {};
      },
    )
    .on('dpkg-deb', ['--field', /docker-compose_[^/]*\.deb$/, 'Package'], { stdout: 'docker-compose\n' })
    .on('dpkg-deb', ['--field', /docker-buildx_[^/]*\.deb$/, 'Package'], { stdout: 'docker-buildx\n' })
    .on(
      'apt-get',
      (args) => options(args).startsWith('install'),
      () => {
        if (install.code !== undefined) return install;
        ports.files.put('/usr/sbin/dockerd', '');
        fakeDockerHost({ osRelease: host.osRelease ?? DEBIAN_12, ...after }, ports);
        return install;
      },
    );
  startsWhenDetached(ports);
  return ports;
}

/** dockerd answers after it was started and asked twice. */
function startsWhenDetached(ports: FakePorts): void {
  ports.exec.on('/usr/sbin/dockerd', [], (call) => {
    if (call.kind === 'detach') {
      ports.system.processes.set(40_000 + ports.exec.calls.length, 'boot:9');
      ports.exec.on('docker', ['version', ANY_MORE], { code: 1 }, { code: 1 }, () => {
        fakeDockerHost(
          {
            osRelease: ports.files.snapshot()['/etc/os-release'] ?? '',
            plugins: [COMPOSE_PLUGIN, { Name: 'buildx', Version: 'v0.13.1' }],
          },
          ports,
        );
        return { stdout: '20.10.24\n' };
      });
    }
    return {};
  });
}

function installedPackages(ports: FakePorts): string[][] {
  const calls = ports.exec.calls.filter(
    (call) => call.program === 'apt-get' && call.args.includes('install'),
  );
  return calls.map((call) => call.args.slice(call.args.indexOf('--no-remove') + 1));
}

describe('installing the engine', () => {
  it('brings a bare Debian 12 up, Compose from Debian 13 with its signature', async () => {
    const ports = bareHost({ after: { unreachable: STDERR.notRunning, plugins: [] } });
    const steps: string[] = [];
    const report = await installEngine(ports, { onStep: (text) => steps.push(text) });
    expect(report).toMatchObject({
      started: { by: 'clawproof', logFile: '/var/log/dockerd.log' },
      engine: { ok: true },
    });
    expect(report.installed).toEqual([
      'docker.io',
      'iptables',
      'ca-certificates',
      'debootstrap',
      'gpgv',
      'debian-archive-keyring',
      'docker-compose',
    ]);
    const [own, trixie] = installedPackages(ports);
    expect(own).toEqual([
      'docker.io',
      'iptables',
      'ca-certificates',
      'debootstrap',
      'gpgv',
      'debian-archive-keyring',
    ]);
    expect(trixie?.[0]).toMatch(
      /^\/var\/cache\/clawproof-apt-[0-9a-f]+\/trixie\/download\/docker-compose_2\.26\.1-4_amd64\.deb$/,
    );
    expect(ports.files.changes.filter((change) => change.startsWith('remove'))).toEqual([
      expect.stringMatching(/^remove \/var\/cache\/clawproof-apt-/),
    ]);
    expect(Object.keys(ports.files.snapshot()).filter((path) => path.includes('clawproof-apt'))).toEqual([]);
    expect(steps.at(-1)).toBe('starting the engine without systemd');
  });

  it('uses its own suite on Debian 13, with the client and buildx', async () => {
    const ports = bareHost({ osRelease: DEBIAN_13 });
    await installEngine(ports);
    expect(installedPackages(ports)).toEqual([
      [
        'docker.io',
        'docker-cli',
        'iptables',
        'ca-certificates',
        'debootstrap',
        'gpgv',
        'docker-compose',
        'docker-buildx',
      ],
    ]);
  });

  it('asks no questions, removes nothing, and is not cut off in the middle', async () => {
    const ports = bareHost();
    await installEngine(ports);
    const call = ports.exec.calls.find(({ args }) => args.includes('install'));
    expect(call?.options.env).toMatchObject({ DEBIAN_FRONTEND: 'noninteractive' });
    expect(call?.options.signal).toBeUndefined();
    expect(call?.args).toEqual(
      expect.arrayContaining([
        'DPkg::Options::=--force-confold',
        'DPkg::Lock::Timeout=180',
        '--no-remove',
        'Dir::Etc::sourceparts=/dev/null',
      ]),
    );
  });

  it('does nothing where all is there', async () => {
    const ports = bareHost({ programs: { '/usr/bin/docker': '20.10.24+dfsg1' }, tools: TOOLS });
    expect(await installEngine(ports)).toMatchObject({ installed: [], started: null, engine: { ok: true } });
    expect(ports.exec.lines.filter((line) => /apt-get|dockerd|systemctl/.test(line))).toEqual([]);
    expect(ports.files.changes).toEqual([]);
  });

  it('leaves an engine that runs alone and adds what is missing beside it', async () => {
    const programs = { '/usr/local/bin/docker': '28.2.2' };
    const ports = bareHost({
      programs,
      plugins: [],
      tools: TOOLS,
      after: { programs, plugins: [COMPOSE_PLUGIN] },
    });
    const report = await installEngine(ports);
    expect(report).toMatchObject({
      installed: ['debian-archive-keyring', 'docker-compose', 'docker-buildx'],
      started: null,
    });
    expect(ports.exec.callsOf('/usr/sbin/dockerd')).toEqual([]);
  });

  it('only starts an engine that is installed and stopped', async () => {
    const ports = bareHost({
      programs: { '/usr/bin/docker': '20.10.24+dfsg1' },
      unreachable: STDERR.notRunning,
      tools: TOOLS,
    });
    ports.files.put('/var/run/docker.pid', '77').put('/proc/77/comm', 'bash\n');
    ports.system.processes.set(77, 'boot:3');
    expect(await installEngine(ports)).toMatchObject({ installed: [], started: { by: 'clawproof' } });
    expect(ports.files.changes).toContain('remove /var/run/docker.pid');
  });

  it('lets systemd start it where that runs', async () => {
    const ports = bareHost({
      programs: { '/usr/bin/docker': '20.10.24+dfsg1' },
      unreachable: STDERR.notRunning,
      tools: [...TOOLS, '/run/systemd/system/x'],
    });
    ports.exec
      .on('systemctl', ['cat', 'docker.service'])
      .on('systemctl', ['enable', '--now', 'docker.service'], () => {
        fakeDockerHost({}, ports);
        ports.exec.on('docker', ['version', ANY_MORE], { stdout: '20.10.24\n' });
        return {};
      });
    expect(await installEngine(ports)).toMatchObject({ started: { by: 'systemd' } });
    expect(ports.exec.callsOf('/usr/sbin/dockerd')).toEqual([]);
  });
});

describe('an installation that cannot be', () => {
  it.each<[string, Bare, (ports: FakePorts) => void]>([
    ['install-needs-root', {}, (ports) => (ports.system.uid = 1000)],
    ['install-unsupported', { osRelease: 'ID=fedora\nPRETTY_NAME="Fedora Linux 43"\n' }, () => undefined],
    ['install-unsupported', { osRelease: 'ID=debian\nVERSION_ID="11"\n' }, () => undefined],
    ['install-pointless', {}, (ports) => ports.files.put('/proc/self/status', 'CapEff:\t00000000a80425fb\n')],
    [
      'install-pointless',
      { programs: { '/usr/bin/docker': '28.2.2' }, endpoint: 'ssh://far.example' },
      () => undefined,
    ],
    [
      'install-pointless',
      {
        programs: { '/usr/bin/docker': '28.2.2' },
        endpoint: 'unix:///other.sock',
        unreachable: STDERR.notRunning,
      },
      () => undefined,
    ],
    ['install-pointless', { programs: { '/usr/bin/docker': 'podman 4.3.1' } }, () => undefined],
    ['apt-no-sources', {}, (ports) => ports.files.put('/etc/apt/sources.list.d/debian.sources', '')],
    [
      'dpkg-interrupted',
      {
        install: {
          code: 100,
          stderr:
            "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem. \n",
        },
      },
      () => undefined,
    ],
    [
      'apt-locked',
      {
        install: {
          code: 100,
          stderr:
            'Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)\nE: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)\nE: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?\n',
        },
      },
      () => undefined,
    ],
    [
      'apt-failed',
      { install: { code: 100, stderr: 'E: Unable to locate package docker.io\n' } },
      () => undefined,
    ],
  ])('says %s, starts nothing and leaves nothing behind (%j)', async (id, host, prepare) => {
    const ports = bareHost(host);
    prepare(ports);
    const error = await installEngine(ports).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ id, entry: { exitCode: 4 } });
    expect((error as { entry: { next: string[] } }).entry.next.length).toBeGreaterThan(0);
    expect(ports.exec.callsOf('/usr/sbin/dockerd')).toEqual([]);
    expect(Object.keys(ports.files.snapshot()).filter((path) => path.includes('clawproof-apt'))).toEqual([]);
  });

  it('names the process that it waits for', async () => {
    const steps: string[] = [];
    const stderr =
      'Waiting for cache lock: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (apt-get)\n';
    await installEngine(bareHost({ install: { stderr } }), { onStep: (text) => steps.push(text) });
    expect(steps).toContain('waiting for another installation to finish (apt-get, process 812)');
  });

  it('refuses a download that is something else', async () => {
    const ports = bareHost({ after: { unreachable: STDERR.notRunning, plugins: [] } });
    ports.exec.on('dpkg-deb', ANY_ARGUMENTS, { stdout: 'evil\n' });
    await expect(installEngine(ports)).rejects.toMatchObject({ id: 'package-unexpected' });
    expect(installedPackages(ports)).toHaveLength(1);
  });

  it('says why the engine does not start', async () => {
    const ports = bareHost({
      programs: { '/usr/bin/docker': '20.10.24+dfsg1' },
      unreachable: STDERR.notRunning,
      tools: TOOLS,
    });
    ports.files.put('/var/log/dockerd.log', "failed to start daemon: Devices cgroup isn't mounted\n");
    ports.exec.on('docker', ['version', ANY_MORE], { code: 1 }).on('/usr/sbin/dockerd', [], () => {
      ports.files.put(
        '/var/log/dockerd.log',
        "failed to start daemon: Devices cgroup isn't mounted\nfailed to start daemon: write x: no space left on device\n",
      );
      return {};
    });
    const error = await installEngine(ports).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ id: 'engine-not-started' });
    expect((error as Error).message).toContain('no space left');
  });

  it('gives up on an engine that never answers', async () => {
    const ports = bareHost({
      programs: { '/usr/bin/docker': '20.10.24+dfsg1' },
      unreachable: STDERR.notRunning,
      tools: TOOLS,
    });
    ports.files.put('/var/run/docker.pid', '77').put('/proc/77/comm', 'dockerd\n');
    ports.system.processes.set(77, 'boot:3');
    ports.exec.on('docker', ['version', ANY_MORE], { code: 1 });
    await expect(installEngine(ports)).rejects.toThrow('no answer within 60 s');
    expect(ports.exec.callsOf('/usr/sbin/dockerd')).toEqual([]);
    expect(ports.clock.monotonicMs()).toBeGreaterThanOrEqual(60_000);
  });
});

function ANY_ARGUMENTS(): boolean {
  return true;
}
