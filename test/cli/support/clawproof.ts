import { execFile } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface CliResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Builds the program when the sources have changed. */
export async function build(): Promise<void> {
  const { code, stderr } = await execute([join(root, 'scripts/build.mjs')], root, process.env);
  if (code !== 0) throw new Error(stderr);
}

/** A new empty folder to run in, and what removes it. */
export async function emptyFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'clawproof cli ü ')));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Folder of the built program. */
export const programFolder = join(root, 'dist');

/**
 * Runs the built program with nothing of the caller's environment but PATH. In its output the folder is shown as @@FOLDER@@
 * and the version as @@VERSION@@.
 */
export async function clawproof(
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
  program = programFolder,
): Promise<CliResult> {
  const clean = { PATH: process.env.PATH, HOME: cwd, ...env };
  const result = await execute([join(program, 'main.js'), ...args], cwd, clean);
  return { ...result, stdout: scrub(result.stdout, cwd), stderr: scrub(result.stderr, cwd) };
}

function scrub(text: string, cwd: string): string {
  return text
    .replaceAll(cwd, '@@FOLDER@@')
    .replaceAll(/clawproof \d+\.\d+\.\d+\S*/gu, 'clawproof @@VERSION@@');
}

function execute(args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<CliResult> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, { cwd, env }, (error, stdout, stderr) => {
      resolve({
        code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
        stdout,
        stderr,
      });
    });
    child.stdin?.end();
  });
}
