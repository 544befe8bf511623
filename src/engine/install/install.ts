import type { Ports } from '../../ports/ports.ts';
import {
  aptFailed,
  engineNotStarted,
  installNeedsRoot,
  installPointless,
  installUnsupported,
  noDebianSources,
  packageUnexpected,
} from '../../errors/install-errors.ts';
import { detectEngine } from '../detect.ts';
import { findSystemProgram } from '../docker-programs.ts';
import type { EngineReport } from '../engine-report.ts';
import { type Distribution, installCommands, isInstallable, parseOsRelease } from '../requirements.ts';
import { debianSources, otherRelease } from './apt-sources.ts';
import { type HostPrograms, type PackagePlan, planPackages } from './plan.ts';
import { createPrivateApt, readAptSources } from './private-apt.ts';
import { startEngine, type Started } from './start-engine.ts';

export type InstallPorts = Pick<Ports, 'exec' | 'files' | 'system' | 'clock' | 'random' | 'signal'>;

export interface InstallOptions {
  /** How the user calls clawproof, for commands in errors. */
  self?: string;
  /** Hears what is being done, a few words at a time. */
  onStep?: (text: string) => void;
  /** What `detectEngine` found just now, when the caller has asked already. */
  report?: EngineReport;
}

export interface InstallReport {
  /** Packages that were installed; empty when all were there. */
  installed: string[];
  /** How the engine was started; null when it ran already. It is never restarted. */
  started: Started | null;
  /** What there is now; `ok` is true. */
  engine: EngineReport;
}

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const NEXT_RELEASE = 'trixie';
/** What stands in the way of an installation rather than calling for one. */
const NOT_MENDED_BY_INSTALLING = new Set([
  'kernel',
  'remote',
  'endpoint',
  'podman',
  'engine-version',
  'api-version',
  'engine-silent',
  'linux-containers',
  'permission',
]);

/**
 * Installs what is missing of Docker Engine, Compose and the tools that image builds need from Debian's packages, and
 * starts the engine. Does nothing where all of it is there. Root on Debian 12 or 13 only.
 * @throws AppError that says what is in the way and how to mend it
 */
export async function installEngine(
  ports: InstallPorts,
  options: InstallOptions = {},
): Promise<InstallReport> {
  const { self = 'clawproof', onStep = () => undefined } = options;
  const before = options.report ?? (await detectEngine(ports, { self }));
  const distribution = parseOsRelease((await ports.files.read('/etc/os-release')) ?? '');
  const release = refuseWhereImpossible(ports, before, distribution, self);
  const plan =
    release === null ? { own: [], fromTrixie: [] } : planPackages(release, before, await lookAround(ports));
  await installPackages(ports, plan, distribution, onStep);

  const installed = [...plan.own, ...plan.fromTrixie];
  let engine = installed.length > 0 ? await detectEngine(ports, { self }) : before;
  let started: Started | null = null;
  if (engine.engine === undefined) {
    started = await startEngine(ports, onStep);
    engine = await detectEngine(ports, { self });
  }
  const [problem] = engine.ok ? [] : engine.missing;
  if (problem !== undefined) throw engineNotStarted(problem.message, problem.commands, 'docker info');
  return { installed, started, engine };
}

/** The Debian release to install on; null when nothing has to be installed, only started. */
function refuseWhereImpossible(
  ports: InstallPorts,
  report: EngineReport,
  distribution: Distribution,
  self: string,
): '12' | '13' | null {
  const obstacle = report.missing.find((missing) => NOT_MENDED_BY_INSTALLING.has(missing.id));
  if (obstacle !== undefined) throw installPointless(obstacle.message, obstacle.commands);
  const isRoot = ports.system.uid === 0;
  if (isInstallable(distribution) && isRoot) return distribution.versionId as '12' | '13';
  const onlyStopped = report.missing.every(({ id }) => id === 'engine-stopped' || id === 'builder');
  if (report.ok || (onlyStopped && isRoot)) return null;
  if (isInstallable(distribution)) throw installNeedsRoot(`sudo ${self} engine install`);
  throw installUnsupported(distribution.name, installCommands(distribution, self, isRoot));
}

async function lookAround(ports: InstallPorts): Promise<HostPrograms> {
  const has = async (name: string): Promise<boolean> => (await findSystemProgram(ports, name)) !== null;
  const apparmorOn = (
    (await ports.files.read('/sys/module/apparmor/parameters/enabled').catch(() => null)) ?? ''
  ).startsWith('Y');
  return {
    dockerd: await has('dockerd'),
    iptables: await has('iptables'),
    debootstrap: await has('debootstrap'),
    gpgv: await has('gpgv'),
    caCertificates: (await ports.files.stat('/etc/ssl/certs/ca-certificates.crt')) !== null,
    apparmor: !apparmorOn || (await has('apparmor_parser')),
  };
}

async function installPackages(
  ports: InstallPorts,
  plan: PackagePlan,
  distribution: Distribution,
  onStep: (text: string) => void,
): Promise<void> {
  if (plan.own.length === 0 && plan.fromTrixie.length === 0) return;
  const own = debianSources(await readAptSources(ports), distribution.codename);
  if (own.length === 0) throw noDebianSources(distribution.codename);
  // Not below /tmp: that is often small, and anyone may write there.
  const folder = `/var/cache/clawproof-apt-${ports.random.hex(8)}`;
  await ports.files.makeDirectory(folder, 0o755);
  try {
    const apt = createPrivateApt(ports, `${folder}/own`, own, onStep);
    onStep('fetching the package lists');
    await apt.update();
    if (plan.own.length > 0) await apt.install(plan.own);
    if (plan.fromTrixie.length > 0) {
      const files = await downloadFromTrixie(
        ports,
        plan.fromTrixie,
        `${folder}/${NEXT_RELEASE}`,
        own,
        onStep,
      );
      // Installed with this release's lists: what the packages need must come from here.
      await apt.install(files);
    }
  } finally {
    await ports.files.remove(folder);
  }
}

/**
 * Fetches packages of Debian 13 on Debian 12, checked against Debian's signature, and looks whether they are what was asked for.
 * @param own Debian's own sources of this host: the mirror is theirs
 * @returns paths of the .deb files
 */
export async function downloadFromTrixie(
  ports: Pick<Ports, 'exec' | 'files' | 'signal'>,
  packages: readonly string[],
  folder: string,
  own: Parameters<typeof otherRelease>[0],
  onStep: (text: string) => void,
): Promise<string[]> {
  const source = otherRelease(own, NEXT_RELEASE, KEYRING);
  const command = `apt-get download ${packages.join(' ')}`;
  if (source === null)
    throw aptFailed(`find Debian 13's packages`, 'no mirror of Debian is configured here', command);
  const apt = createPrivateApt(ports, folder, [source], onStep);
  onStep(`fetching the package lists of Debian 13 for ${packages.join(' and ')}`);
  await apt.update();
  const files = await apt.download(packages);
  for (const file of files) {
    const { code, stdout } = await ports.exec.run('dpkg-deb', ['--field', file, 'Package'], {
      timeoutMs: 30_000,
      signal: ports.signal,
    });
    if (code !== 0 || !packages.includes(stdout.trim()))
      throw packageUnexpected(file, stdout.trim() || 'not a package');
  }
  if (files.length !== packages.length)
    throw aptFailed(`download ${packages.join(', ')}`, 'apt-get fetched something else', command);
  return files;
}
