import type { PresetName } from '../../policy/policy.ts';
import { CONTAINER_UID, LABELS } from '../layout.ts';

/** A service of a compose file; keys in the order in which they shall stand. */
export type ComposeService = Record<string, unknown>;

export interface ServiceLimits {
  memoryBytes: number;
  cpus: number;
  pids: number;
  openFiles: number;
}

/** Rows H1–H4, G4, G5, G7: what every container of the deployment has in common. */
export function hardening(limits: ServiceLimits): ComposeService {
  return {
    user: `${CONTAINER_UID}:${CONTAINER_UID}`,
    init: true,
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    mem_limit: limits.memoryBytes,
    // Equal to the memory limit: no swap, so that a leak ends in a restart and not in a slow host.
    memswap_limit: limits.memoryBytes,
    // Node takes a soft limit for its memory and sees pressure at 75 % of it: not far below the hard one.
    mem_reservation: Math.floor(limits.memoryBytes * 0.75),
    cpus: limits.cpus,
    pids_limit: limits.pids,
    ulimits: { nofile: { soft: limits.openFiles, hard: limits.openFiles }, core: 0 },
    logging: { driver: 'json-file', options: { 'max-size': '10m', 'max-file': '3' } },
  };
}

/**
 * A tmpfs that nothing can be executed from. After a restart Docker 20.10 gives a tmpfs the mode of the folder under it
 * and keeps only the owner that was asked for: all but /tmp, which every image has with mode 1777, belong to the user.
 */
export function tmpfs(target: string, sizeMiB: number): string {
  const owner = target === '/tmp' ? 'mode=1777' : `uid=${CONTAINER_UID},gid=${CONTAINER_UID},mode=0700`;
  return `${target}:size=${sizeMiB}m,${owner},noexec,nosuid,nodev`;
}

/** @param inputs hash of the files that the service reads */
export function labels(
  role: string,
  preset: PresetName,
  toolVersion: string,
  inputs?: string,
): Record<string, string> {
  return {
    [LABELS.role]: role,
    [LABELS.preset]: preset,
    ...(inputs === undefined ? {} : { [LABELS.inputs]: inputs }),
    [LABELS.version]: toolVersion,
  };
}
