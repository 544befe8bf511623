import type { Docker } from '../../engine/docker.ts';
import { findSystemProgram } from '../../engine/docker-programs.ts';
import { parseOsRelease } from '../../engine/requirements.ts';
import { debianSources } from '../../engine/install/apt-sources.ts';
import { downloadFromTrixie } from '../../engine/install/install.ts';
import { createPrivateApt, readAptSources } from '../../engine/install/private-apt.ts';
import { noDebianSources } from '../../errors/install-errors.ts';
import { runscNotInstalled, sandboxNotReady } from '../../errors/host-errors.ts';
import type { Policy } from '../../policy/policy.ts';
import { PRESETS } from '../../policy/presets.ts';
import type { Ports } from '../../ports/ports.ts';
import type { DaemonKey } from './daemon-file.ts';
import type { SandboxPlatform } from './sandbox-platform.ts';
import { checkSandbox, type SandboxTrial, unaccepted } from './sandbox-check.ts';

export const RUNTIME = 'runsc';

/**
 * The container's own network namespace with the host's network stack: gVisor's own one does not hand questions to Docker's
 * resolver on, through which the gateway finds egress, and does not start on newer kernels at all.
 */
const RUNTIME_ARGUMENTS = ['--network=host'];

/** The key that makes the engine know the runtime. */
export function runtimeKey(program: string, platform?: SandboxPlatform): DaemonKey {
  const runtimeArgs = [...RUNTIME_ARGUMENTS, ...(platform === undefined ? [] : [`--platform=${platform}`])];
  return { path: ['runtimes', RUNTIME], value: { path: program, runtimeArgs } };
}

/** @throws AppError `runsc-not-installed` */
export async function findRunsc(ports: Ports): Promise<string> {
  const program = await findSystemProgram(ports, 'runsc');
  if (program === null) throw runscNotInstalled(['clawproof host sandbox --install']);
  return program;
}

/** Installs Debian's package; on Debian 12 that of Debian 13, which is one program without dependencies. */
export async function installRunsc(ports: Ports, onStep: (text: string) => void): Promise<void> {
  const release = parseOsRelease((await ports.files.read('/etc/os-release')) ?? '');
  const own = debianSources(await readAptSources(ports), release.codename);
  if (release.id !== 'debian') throw runscNotInstalled(['See https://gvisor.dev/docs/user_guide/install/']);
  if (own.length === 0) throw noDebianSources(release.codename);
  const folder = `/var/cache/clawproof-apt-${ports.random.hex(8)}`;
  await ports.files.makeDirectory(folder, 0o755);
  try {
    const apt = createPrivateApt(ports, `${folder}/own`, own, onStep);
    onStep('fetching the package lists');
    await apt.update();
    const isOld = release.versionId === '12';
    await apt.install(
      isOld ? await downloadFromTrixie(ports, [RUNTIME], `${folder}/trixie`, own, onStep) : [RUNTIME],
    );
  } finally {
    await ports.files.remove(folder);
  }
}

/** An image of OpenClaw that is there, to try things with; null = none has been made yet. */
export async function imageToTry(ports: Ports, program: string): Promise<string | null> {
  const args = [
    'image',
    'ls',
    '--filter',
    'reference=clawproof/gateway',
    '--filter',
    'reference=ghcr.io/openclaw/openclaw',
  ];
  const result = await ports.exec.run(program, [...args, '--quiet'], { timeoutMs: 30_000 });
  return result.stdout.split(/\s+/).find((word) => word !== '') ?? null;
}

/**
 * Refuses a preset with a kernel of its own where the engine does not know the runtime, or where something does not hold
 * that nobody accepted. Nothing happens for other presets.
 * @returns what was tried; empty for other presets
 * @throws AppError `sandbox-not-ready`
 */
export async function requireSandbox(
  ports: Pick<Ports, 'clock'>,
  docker: Docker,
  { preset, sandbox }: Policy,
  image: string,
): Promise<SandboxTrial[]> {
  const { runtime } = PRESETS[preset];
  if (runtime === null) return [];
  const { Runtimes } = await docker.info();
  if (!Object.hasOwn(Runtimes ?? {}, runtime))
    throw sandboxNotReady(
      [`the engine knows no runtime of the name ${runtime}`],
      ['Make it known to the engine:', '  sudo clawproof host sandbox'],
    );
  const trials = await checkSandbox(ports, docker, { image, runtime });
  const open = unaccepted(trials, sandbox.accept);
  if (open.length === 0) return trials;
  const names = [...new Set([...sandbox.accept, ...open.flatMap(({ risk }) => risk ?? [])])];
  const canAccept = open.every(({ risk }) => risk !== undefined);
  throw sandboxNotReady(
    open.map(({ title, seen }) => `"${title}" fails: ${seen}`),
    canAccept
      ? [
          'Use preset caged, or accept it by name in clawproof.yaml:',
          `  sandbox: { accept: [${names.join(', ')}] }`,
          'What each of them means: docs/host.md',
        ]
      : ['Use preset caged: this host cannot run containers under it.'],
  );
}
