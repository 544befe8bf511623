import type { DockerInfo } from '../../engine/docker-types.ts';
import type { EngineReport } from '../../engine/engine-report.ts';
import type { ProofEngine } from '../proof-target.ts';

/** What the engine's host is like, for attacks. */
export function proofEngineOf(info: DockerInfo, { kind }: Pick<EngineReport, 'kind'>): ProofEngine {
  const options = info.SecurityOptions ?? [];
  const has = (name: string): boolean => options.some((option) => option.split(',')[0] === `name=${name}`);
  return {
    version: info.ServerVersion,
    kernel: info.KernelVersion,
    os: info.OperatingSystem,
    arch: archOf(info.Architecture),
    cgroup: info.CgroupVersion === '2' ? 2 : 1,
    isRootless: has('rootless'),
    usernsRemap: has('userns'),
    securityOptions: options,
    isLocal: kind === 'local' || kind === 'rootless',
  };
}

function archOf(name: string): ProofEngine['arch'] {
  if (/^(?:x86_64|amd64)$/.test(name)) return 'x64';
  return /^(?:aarch64|arm64)/.test(name) ? 'arm64' : 'other';
}
