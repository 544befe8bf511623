import type { Probe } from '../../probe.ts';
import { coreDumps } from './crash.ts';
import { engineSockets } from './engine-sockets.ts';
import { hostDevices } from './host-devices.ts';
import { hostPaths } from './host-paths.ts';
import { controlGroups, kernelSettings, maskedKernelFiles } from './kernel-files.ts';
import { namespaceProbes } from './namespaces.ts';
import { memoryLimit, openFileLimit, processLimit, processorLimit, swapLimit } from './resource-limits.ts';
import { setuidPrograms } from './setuid-programs.ts';
import { tmpfsExec, tmpfsSize } from './tmpfs.ts';
import { ordinaryUser, userMapping } from './user-identity.ts';
import { mountedSettings, writablePaths } from './writable-files.ts';

/** What a container may write, see and use up. The attacks on system calls and capabilities are beside these. */
export const fileProbes: readonly Probe[] = [
  writablePaths,
  mountedSettings,
  tmpfsExec,
  setuidPrograms,
  ordinaryUser,
  userMapping,
  engineSockets,
  hostPaths,
  hostDevices,
  maskedKernelFiles,
  kernelSettings,
  controlGroups,
  ...namespaceProbes,
  processLimit,
  memoryLimit,
  swapLimit,
  processorLimit,
  openFileLimit,
  tmpfsSize,
  coreDumps,
];
