import type { Probe } from '../../probe.ts';
import { fileProbes } from './files.ts';
import { kernelProbes } from './kernel.ts';
import { exceptSandboxed } from './sandboxed.ts';

/** The container ring. */
export const probes: readonly Probe[] = [...fileProbes, ...kernelProbes].map(exceptSandboxed);
