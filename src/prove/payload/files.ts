import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { codeOf, MARK, orElse } from './attempt-code.ts';
import { mountOf } from './mount-table.ts';
import { mountTable, type Walk, walkFiles, writableTmpfs } from './walk.ts';

/** What came of writing to one path. Nothing that is there is changed. */
export interface WriteAttempt {
  kind: 'file' | 'folder' | 'other' | 'missing';
  /** Opening a file for writing, or making a file in a folder. */
  write: string;
  /** Setting the mode that it has: the kernel refuses this with EROFS on a read-only mount, whoever asks. */
  mode: string;
}

async function writeAttempts(params: { paths: readonly string[] }): Promise<Record<string, WriteAttempt>> {
  return Object.fromEntries(params.paths.map((path) => [path, writeAttempt(path)]));
}

function writeAttempt(path: string): WriteAttempt {
  const stats = orElse<Stats | undefined>(() => statSync(path), undefined);
  if (stats === undefined) return { kind: 'missing', write: 'ENOENT', mode: 'ENOENT' };
  const mode = codeOf(() => chmodSync(path, stats.mode & 0o7777));
  if (stats.isDirectory()) return { kind: 'folder', write: makeEntry(path), mode };
  const write = codeOf(() => closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)));
  return { kind: stats.isFile() ? 'file' : 'other', write, mode };
}

/** A folder is what every file system that has folders lets one make, that of the control groups as well. */
function makeEntry(folder: string): string {
  const path = `${folder}/${MARK}-${process.pid}`;
  return codeOf(() => {
    mkdirSync(path);
    rmdirSync(path);
  });
}

async function walk(): Promise<Walk> {
  return walkFiles();
}

export interface ExecAttempt {
  fsType: string;
  options: readonly string[];
  /** "ran", the refusal, or how it ended otherwise. */
  result: string;
}

/** Puts a program into each folder of a tmpfs that can be written, and starts it. */
async function executeInTmpfs(): Promise<Record<string, ExecAttempt>> {
  const table = mountTable();
  return Object.fromEntries(
    writableTmpfs().map((folder): [string, ExecAttempt] => {
      const mount = mountOf(folder, table);
      return [
        folder,
        {
          fsType: mount?.fsType ?? '',
          options: mount?.options ?? [],
          result: execute(`${folder}/${MARK}-${process.pid}`),
        },
      ];
    }),
  );
}

/** A script whose interpreter is Node: no image that runs OpenClaw is without it. */
function execute(path: string): string {
  try {
    writeFileSync(path, `#!${process.execPath}\nprocess.exit(7);\n`, { mode: 0o755 });
    const { status, signal, error } = spawnSync(path, { timeout: 5000, stdio: 'ignore', env: {} });
    if (status === 7) return 'ran';
    const refusal: NodeJS.ErrnoException | undefined = error;
    return refusal?.code ?? `ended with ${status ?? signal}`;
  } finally {
    rmSync(path, { force: true });
  }
}

export interface SetuidPrograms {
  /** Of those that this user may start, apart from what lies in node_modules. */
  programs: { path: string; mode: number; uid: number; isNosuid: boolean }[];
  /** True when the kernel gives no process of this container more than it has. */
  noNewPrivileges: boolean;
}

async function setuidPrograms(): Promise<SetuidPrograms> {
  const table = mountTable();
  const programs = walkFiles().setuid.map((path) => {
    const { mode, uid } = lstatSync(path);
    return {
      path,
      mode: mode & 0o7777,
      uid,
      isNosuid: mountOf(path, table)?.options.includes('nosuid') === true,
    };
  });
  return { programs, noNewPrivileges: /^NoNewPrivs:\s*1$/m.test(readFileSync('/proc/self/status', 'utf8')) };
}

export const functions = { walk, writeAttempts, executeInTmpfs, setuidPrograms };
