import type { ExecResult } from '../ports/exec.ts';
import type { Ports } from '../ports/ports.ts';
import type { DockerProgram } from './engine-report.ts';

const QUICK_MS = 10_000;

export interface FoundPrograms {
  programs: DockerProgram[];
  /** A program called docker that is Podman in truth. */
  podman: string | null;
}

/** All different programs called docker on the PATH, first one first, with their versions. */
export async function findDockerPrograms(
  ports: Pick<Ports, 'exec' | 'files' | 'system' | 'signal'>,
): Promise<FoundPrograms> {
  const found: FoundPrograms = { programs: [], podman: null };
  const paths = await differentPrograms(ports);
  const answers = await Promise.all(
    paths.map((path) => ports.exec.run(path, ['--version'], { timeoutMs: QUICK_MS, signal: ports.signal })),
  );
  for (const [index, path] of paths.entries()) {
    const { code, stdout, killed } = answers[index] as ExecResult;
    if (killed === 'aborted') throw ports.signal.reason;
    if (code !== 0) continue;
    const version = /version v?(\d[^\s,]*)/.exec(stdout)?.[1];
    if (/podman/i.test(stdout)) found.podman ??= path;
    else if (version !== undefined) found.programs.push({ path, version });
  }
  return found;
}

async function differentPrograms({ files, system }: Pick<Ports, 'files' | 'system'>): Promise<string[]> {
  const paths = new Map<string, string>();
  for (const folder of (system.env['PATH'] ?? '').split(':')) {
    if (!folder.startsWith('/')) continue;
    const path = `${folder.replace(/\/+$/, '')}/docker`;
    // /bin is a link to /usr/bin on most hosts: the same program would be listed twice.
    const real = await files.realPath(path).catch(() => null);
    if (real !== null && !paths.has(real)) paths.set(real, path);
  }
  return [...paths.values()];
}

/** True when a program of this name is on the PATH or where system programs live, which a user's PATH may leave out. */
export async function findSystemProgram(
  ports: Pick<Ports, 'files' | 'system'>,
  name: string,
): Promise<string | null> {
  const folders = [
    ...(ports.system.env['PATH'] ?? '').split(':'),
    '/usr/local/sbin',
    '/usr/local/bin',
    '/usr/sbin',
    '/usr/bin',
    '/sbin',
    '/bin',
  ];
  for (const folder of folders) {
    if (!folder.startsWith('/')) continue;
    const path = `${folder.replace(/\/+$/, '')}/${name}`;
    const stat = await ports.files.realPath(path).catch(() => null);
    if (stat !== null) return path;
  }
  return null;
}
