import type { Probe } from '../../probe.ts';
import { isolationProbes } from './kernel-isolation.ts';
import { programProbes } from './kernel-programs.ts';
import { stateProbes } from './kernel-state.ts';
import { surfaceProbes } from './kernel-surface.ts';

/** Attacks on what stands between the container and the kernel: user, capabilities, filter, security module. */
export const kernelProbes: readonly Probe[] = [
  ...stateProbes,
  ...programProbes,
  ...isolationProbes,
  ...surfaceProbes,
];
