import type { Service } from '../../deployment/deployment.ts';
import type { ContainerSpec, HostConfigSpec } from '../container-spec.ts';

type Limits = NonNullable<Service['limits']>;

/** Limits as the engine takes them; 0 = none. Those that do not differ stay in the words of the target. */
export function withLimits(spec: ContainerSpec, after: Limits, before: Limits): ContainerSpec {
  const { HostConfig } = spec;
  const differs = (...names: (keyof Limits)[]): boolean => names.some((name) => after[name] !== before[name]);
  const change: Partial<HostConfigSpec> = {
    ...(differs('memoryBytes', 'memorySwapBytes') ? memory(after) : {}),
    ...(differs('cpus') ? { NanoCpus: Math.round((after.cpus ?? 0) * 1e9), CpuQuota: 0, CpuPeriod: 0 } : {}),
    ...(differs('pids') ? { PidsLimit: after.pids ?? null } : {}),
    ...(differs('openFiles') ? { Ulimits: withOpenFiles(HostConfig.Ulimits ?? [], after.openFiles) } : {}),
  };
  return { ...spec, HostConfig: { ...HostConfig, ...change } };
}

/** Without a limit of memory the engine takes none of memory and swap. */
function memory({ memoryBytes, memorySwapBytes = 0 }: Limits): Partial<HostConfigSpec> {
  return memoryBytes === undefined
    ? { Memory: 0, MemorySwap: 0, MemoryReservation: 0 }
    : { Memory: memoryBytes, MemorySwap: memorySwapBytes };
}

function withOpenFiles(
  limits: NonNullable<HostConfigSpec['Ulimits']>,
  openFiles: number | undefined,
): NonNullable<HostConfigSpec['Ulimits']> {
  const others = limits.filter(({ Name }) => Name !== 'nofile');
  return openFiles === undefined ? others : [...others, { Name: 'nofile', Soft: openFiles, Hard: openFiles }];
}
