import type { LabFile } from '../lab.ts';
import { identityProgramArm64, syscallProgramArm64 } from './arm64.ts';
import { staticElf, type KitArch } from './elf.ts';
import { identityProgramX64, syscallProgramX64 } from './x64.ts';

/** Names of the programs in the volume of the kit. */
export const SYSCALL_PROGRAM = 'syscall';
export const SETUID_PROGRAM = 'identity-setuid';

const programs = {
  x64: { syscall: syscallProgramX64, identity: identityProgramX64 },
  arm64: { syscall: syscallProgramArm64, identity: identityProgramArm64 },
};

/**
 * Programs for what Node cannot do itself: one makes the system calls of a table that it reads from stdin, one belongs to
 * root, has the setuid bit and tells as whom it runs. The latter can do nothing else: a file that makes root of anybody must
 * not be lying around, not for a minute either.
 */
export function kitFiles(arch: KitArch): LabFile[] {
  const root = { uid: 0, gid: 0 };
  return [
    { path: SYSCALL_PROGRAM, content: staticElf(arch, programs[arch].syscall()), mode: 0o755, ...root },
    { path: SETUID_PROGRAM, content: staticElf(arch, programs[arch].identity()), mode: 0o4755, ...root },
  ];
}
