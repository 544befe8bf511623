import { join } from 'node:path';
import { baseFailed } from '../../errors/image-errors.ts';
import type { ExecResult } from '../../ports/exec.ts';
import { aptProxies } from './apt-host.ts';
import { formatSources } from './apt-sources.ts';
import type { DebianMirrors } from './apt-sources.ts';
import { hostCaBundle } from './host-trust.ts';
import type { ImageContext } from './image-engine.ts';

export interface BootstrapPlan {
  /** Private folder to work in; the caller removes it. */
  folder: string;
  /** tar file to write. */
  archive: string;
  suite: string;
  /** Debian's name of the processor. */
  arch: string;
  mirrors: DebianMirrors;
}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const BOOTSTRAP_MS = 1_200_000;

/** Documentation that no container reads; licences stay. Also keeps packages that are installed later slim. */
const DPKG_EXCLUDES = `path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/lintian/*
`;
const APT_SETTINGS = `APT::Install-Recommends "false";
Acquire::Languages "none";
`;

/** Runs inside a chroot of the new base. $ca is empty or apt's option for a CA bundle. */
const UPGRADE = `set -e
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
apt-get $ca -q update
apt-get $ca -q -y dist-upgrade`;

/** Runs on the host with the new base's folder as $1; leaves nothing in it that belongs to this machine. */
const SLIM = `set -e
cd "$1"
find usr/share/doc -mindepth 2 ! -type d ! -name copyright -delete
find usr/share/doc -mindepth 1 -type d -empty -delete
rm -rf usr/share/man/* usr/share/info/* usr/share/locale/* usr/share/lintian
rm -rf var/lib/apt/lists/* var/cache/apt/* var/cache/debconf/*-old var/cache/ldconfig/* var/log/* var/lib/dpkg/*-old debootstrap tmp/* run/*
rm -f etc/ssh/ssh_host_* var/lib/systemd/random-seed var/lib/dbus/machine-id root/.bash_history root/.wget-hsts etc/apt/apt.conf.d/01proxy
: > etc/machine-id
: > etc/resolv.conf
echo localhost > etc/hostname
printf '127.0.0.1\\tlocalhost\\n::1\\tlocalhost ip6-localhost ip6-loopback\\n' > etc/hosts
find . -xdev -perm /6000 -type f -exec chmod a-s {} +`;

/**
 * Makes a minimal Debian as a tar file, with this machine's mirrors in its sources.
 * @returns its package list ("name=version" lines, sorted), or `unsuitable` when the folder's file system cannot hold a root.
 * @throws AppError `base-failed`
 */
export async function runBootstrap(
  context: ImageContext,
  plan: BootstrapPlan,
): Promise<{ packages: string } | 'unsuitable'> {
  const { ports } = context;
  const root = join(plan.folder, 'root');
  const proxies = await aptProxies(ports);
  const program = await findDebootstrap(context, plan.folder);
  const run = runner(context, { ...proxies, ...program.env });

  context.task.step(`base image: Debian ${plan.suite} from packages`);
  const args = [
    '--variant=minbase',
    `--arch=${plan.arch}`,
    '--components=main',
    `--keyring=${KEYRING}`,
    '--force-check-gpg',
    plan.suite,
    root,
    plan.mirrors.main,
  ];
  const result = await run(program.path, args);
  if (result.code !== 0 && /noexec or nodev/.test(result.stdout + result.stderr)) return 'unsuitable';
  must(result, 'debootstrap');

  await configureApt(context, root, plan);
  context.task.step('base image: updates');
  const ca = await lendCaBundle(context, root);
  must(
    await run(
      'chroot',
      [root, '/bin/sh', '-c', UPGRADE],
      ca === '' ? {} : { ca: `-o Acquire::https::CaInfo=${ca}` },
    ),
    'apt-get dist-upgrade',
  );
  if (ca !== '') await ports.files.remove(join(root, ca));

  context.task.step('base image: slimming');
  must(await run('sh', ['-c', SLIM, 'sh', root]), 'slimming');
  const list = await run('chroot', [
    root,
    'dpkg-query',
    '-W',
    '-f',
    '${Package}:${Architecture}=${Version}\\n',
  ]);
  must(list, 'dpkg-query');
  must(await run('tar', ['-C', root, '--numeric-owner', '--sort=name', '-cf', plan.archive, '.']), 'tar');
  return { packages: `${list.stdout.trim().split('\n').toSorted().join('\n')}\n` };
}

type Run = (program: string, args: readonly string[], env?: Record<string, string>) => Promise<ExecResult>;

/**
 * Everything runs in namespaces of its own and dies with clawproof: whatever happens, no mount and no process that
 * works in the folder stays behind.
 */
function runner({ ports, task }: ImageContext, env: Record<string, string>): Run {
  return (program, args, more = {}) =>
    ports.exec
      .run(
        'setpriv',
        [
          '--pdeathsig',
          'KILL',
          'unshare',
          '--mount',
          '--pid',
          '--fork',
          '--kill-child',
          '--mount-proc',
          program,
          ...args,
        ],
        {
          env: { ...env, LC_ALL: 'C', ...more },
          timeoutMs: BOOTSTRAP_MS,
          signal: ports.signal,
          onLine: (line) => {
            const step = /^I: (Retrieving|Validating|Extracting|Unpacking|Configuring) (\S+)/.exec(line);
            if (step) task.step(`base image: ${step[1]?.toLowerCase()} ${step[2]}`);
          },
        },
      )
      .then((result) => {
        ports.signal.throwIfAborted();
        return result;
      });
}

function must(result: ExecResult, step: string): void {
  if (result.code === 0) return;
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line.trim() !== '');
  const reason = result.killed === 'timeout' ? ['It took too long and was ended.'] : lines.slice(-5);
  throw baseFailed(step, reason);
}

async function configureApt({ ports }: ImageContext, root: string, plan: BootstrapPlan): Promise<void> {
  const write = (path: string, text: string): Promise<void> =>
    ports.files.writeAtomic(join(root, path), text, { mode: 0o644 });
  await write('etc/apt/sources.list', formatSources(plan.mirrors, plan.suite));
  await write('etc/apt/apt.conf.d/90clawproof', APT_SETTINGS);
  await write('etc/dpkg/dpkg.cfg.d/90clawproof', DPKG_EXCLUDES);
}

/** Puts the host's CA bundle into the root for as long as it is updated; returns its path there, or ''. */
async function lendCaBundle({ ports }: ImageContext, root: string): Promise<string> {
  const bundle = await hostCaBundle(ports);
  if (bundle === null) return '';
  await ports.files.writeAtomic(join(root, 'clawproof-ca.crt'), bundle, { mode: 0o644 });
  return '/clawproof-ca.crt';
}

/** debootstrap as installed, or taken from its package into the folder: nothing is installed on the host. */
async function findDebootstrap(
  { ports, task }: ImageContext,
  folder: string,
): Promise<{ path: string; env: Record<string, string> }> {
  for (const path of ['/usr/sbin/debootstrap', '/sbin/debootstrap']) {
    if ((await ports.files.stat(path)) !== null) return { path, env: {} };
  }
  task.step('base image: fetching debootstrap');
  const options = { cwd: folder, timeoutMs: 300_000, signal: ports.signal };
  // apt drops to its own user for downloads; it may not enter a private folder, and as root it need not.
  const download = (): Promise<ExecResult> =>
    ports.exec.run('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', 'download', 'debootstrap'], options);
  let result = await download();
  if (result.code !== 0) {
    await ports.exec.run('apt-get', ['-q', 'update'], options);
    result = await download();
  }
  ports.signal.throwIfAborted();
  must(result, 'apt-get download debootstrap');
  const archive =
    (await ports.files.list(folder)).find((name) => /^debootstrap_.*\.deb$/.test(name)) ?? 'debootstrap.deb';
  const tool = join(folder, 'tool');
  must(await ports.exec.run('dpkg-deb', ['-x', join(folder, archive), tool], options), 'dpkg-deb');
  return {
    path: join(tool, 'usr/sbin/debootstrap'),
    env: { DEBOOTSTRAP_DIR: join(tool, 'usr/share/debootstrap') },
  };
}
