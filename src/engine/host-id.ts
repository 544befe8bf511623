import type { EngineReport } from './engine-report.ts';
import { remapBase } from './remap-base.ts';

/**
 * Number that a user or group of a container has on the engine's host.
 * @returns null where nobody knows it: a rootless engine, and one in a virtual machine
 */
export function hostId(id: number, { kind, engine }: Pick<EngineReport, 'kind' | 'engine'>): number | null {
  if (kind !== 'local' && kind !== 'remote') return null;
  if (engine?.userNamespaces !== true) return id;
  const base = remapBase(engine.rootDir);
  return base === null ? null : base + id;
}

/** What the kernel calls every id of the host that a container has no number for. */
const OVERFLOW_ID = 65_534;
/** Ids that userns-remap gives containers. */
const MAPPED_IDS = 65_536;

/**
 * Number that a container sees for a user or group of the engine's host.
 * @returns null where nobody knows it, as with `hostId`
 */
export function containerId(id: number, report: Pick<EngineReport, 'kind' | 'engine'>): number | null {
  const base = hostId(0, report);
  if (base === null || base === 0) return base === null ? null : id;
  return id >= base && id < base + MAPPED_IDS ? id - base : OVERFLOW_ID;
}
