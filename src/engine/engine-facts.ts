import type { Ports } from '../ports/ports.ts';
import type { DockerInfo, DockerVersion } from './docker-types.ts';
import type { EngineFacts, EngineKind } from './engine-report.ts';

/** Which kind of engine answers at an endpoint. */
export function engineKind(
  endpoint: string,
  info: DockerInfo | null,
  version: DockerVersion | null,
): EngineKind {
  if (version?.Server?.Components?.some((component) => /podman/i.test(component.Name))) return 'podman';
  if (
    /docker desktop/i.test(info?.OperatingSystem ?? '') ||
    /\/\.docker\/(?:desktop|run)\/docker\.sock$/.test(endpoint)
  )
    return 'desktop';
  if (!/^(?:unix|npipe):/.test(endpoint)) return 'remote';
  if (hasOption(info, 'rootless') || /^unix:\/\/\/run\/user\/\d+\//.test(endpoint)) return 'rootless';
  return 'local';
}

/** What the engine says of itself, as far as clawproof uses it. */
export async function engineFacts(
  ports: Pick<Ports, 'files'>,
  endpoint: string,
  info: DockerInfo,
  version: DockerVersion,
): Promise<EngineFacts> {
  const kind = engineKind(endpoint, info, version);
  const isHere = kind === 'local' || kind === 'rootless';
  return {
    version: info.ServerVersion,
    apiVersion: version.Server?.ApiVersion ?? null,
    operatingSystem: info.OperatingSystem,
    architecture: info.Architecture,
    kernel: info.KernelVersion,
    rootDir: info.DockerRootDir,
    rootDirFree:
      isHere && info.DockerRootDir !== ''
        ? await ports.files.freeBytes(info.DockerRootDir).catch(() => null)
        : null,
    storageDriver: info.Driver,
    cgroupVersion: info.CgroupVersion ?? null,
    seccomp: filtersSystemCalls(info),
    apparmor: hasOption(info, 'apparmor'),
    userNamespaces: hasOption(info, 'userns'),
    runtimes: Object.keys(info.Runtimes ?? {}).toSorted(),
    limits: enforcedLimits(info),
    cpus: info.NCPU,
    memoryBytes: info.MemTotal,
  };
}

/** What differs from the usual engine, a line each. */
export function engineNotes(kind: EngineKind, engine: EngineFacts): string[] {
  const notes: string[] = [];
  if (kind === 'rootless')
    notes.push(
      "The engine is rootless: it runs without root, and files of the container belong to ids of your user's range.",
    );
  if (kind === 'desktop') notes.push('The engine is Docker Desktop: containers run in its virtual machine.');
  if (engine.userNamespaces)
    notes.push(
      'The engine remaps user ids (userns-remap): uid 1000 of the container is another uid on this host.',
    );
  if (!engine.seccomp) notes.push('The engine has no seccomp: system calls of containers are not filtered.');
  const unlimited = Object.entries(engine.limits)
    .filter(([, enforced]) => !enforced)
    .map(([name]) => name);
  if (unlimited.length > 0) notes.push(`The engine cannot enforce limits on: ${unlimited.join(', ')}.`);
  if (engine.storageDriver === 'vfs')
    notes.push(
      'The engine stores images with vfs, because the kernel has no overlay file system here: it is slow and takes much space.',
    );
  return notes;
}

function filtersSystemCalls(info: DockerInfo): boolean {
  const unconfined = (info.SecurityOptions ?? []).some((option) =>
    option.startsWith('name=seccomp,profile=unconfined'),
  );
  return hasOption(info, 'seccomp') && !unconfined;
}

function enforcedLimits(info: DockerInfo): EngineFacts['limits'] {
  return {
    memory: info.MemoryLimit ?? false,
    cpu: info.CpuCfsQuota ?? false,
    pids: info.PidsLimit ?? false,
  };
}

function hasOption(info: DockerInfo | null, name: string): boolean {
  return (info?.SecurityOptions ?? []).some(
    (option) => option === name || option.split(',')[0] === `name=${name}`,
  );
}
