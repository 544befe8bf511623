import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

/** A file system of its own in a folder; needs root. */
export interface SmallDisk {
  path: string;
  /** Fills it so that about this many bytes stay free. */
  fill(left: number): void;
  makeReadOnly(): Promise<void>;
  remove(): Promise<void>;
}

/** @param size as mount(8) takes it, e.g. "1m" */
export async function mountSmallDisk(path: string, size: string): Promise<SmallDisk> {
  mkdirSync(path, { recursive: true });
  await must('mount', '-t', 'tmpfs', '-o', `size=${size},mode=0755`, 'tmpfs', path);
  return {
    path,
    fill(left) {
      const { bavail, bsize } = statfsSync(path);
      writeFileSync(join(path, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - left)));
    },
    makeReadOnly: () => must('mount', '-o', 'remount,ro', path),
    async remove() {
      await must('umount', '--lazy', path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

async function must(program: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await runProgram(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
}
