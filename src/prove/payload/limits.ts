import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { MARK, orElse } from './attempt-code.ts';
import { type CgroupState, cgroupState } from './cgroup-files.ts';
import { isOfHost, mountOf } from './mount-table.ts';
import { mountTable, walkFiles, writableTmpfs } from './walk.ts';

const MIB = 2 ** 20;

async function cgroup(): Promise<CgroupState> {
  return cgroupState();
}

export interface ProcessesAttempt {
  started: number;
  /** The kernel's refusal; absent when `most` were started. */
  refused?: string;
  /** Processes and threads that the kernel counted at the end. */
  counted?: number;
  limit?: number;
}

/** Programs that do nothing for a while; the first one that there is is started. */
const SLEEPERS = ['/bin/sleep', '/usr/bin/sleep', '/bin/busybox'];

/** Starts processes until the kernel refuses one or there are `most`, and ends them all. */
async function startProcesses(params: { most: number }): Promise<ProcessesAttempt> {
  const program = SLEEPERS.find((path) => existsSync(path));
  if (program === undefined) throw new Error('the image has no program that only waits, such as sleep');
  const args = program.endsWith('busybox') ? ['sleep', '30'] : ['30'];
  const children: ChildProcess[] = [];
  let refused: string | undefined;
  try {
    while (children.length < params.most && refused === undefined) {
      const child = spawn(program, args, { stdio: 'ignore', env: {} });
      // A process that was not started has no number at once, and says why a little later.
      if (child.pid === undefined) refused = await refusalOf(child);
      else children.push(child);
    }
    const { pids, pidsNow } = cgroupState();
    return {
      started: children.length,
      ...(refused === undefined ? {} : { refused }),
      ...(pidsNow === undefined ? {} : { counted: pidsNow }),
      ...(pids === undefined ? {} : { limit: pids }),
    };
  } finally {
    await Promise.all(children.map(ended));
  }
}

async function refusalOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

export interface MemoryAttempt {
  /** Bytes that were written to before the end. */
  written: number;
  /** How the process that did it ended; null when it ended by itself. */
  signal: string | null;
  status: number | null;
  /** Why it was not tried. */
  refused?: string;
  cgroup: CgroupState;
  oomKillsBefore?: number;
}

/** Asks first to be the one that is ended, then takes memory in pieces and writes to every page. */
const memoryProgram = `
const { writeFileSync, writeSync } = require('node:fs');
try { writeFileSync('/proc/self/oom_score_adj', '1000'); } catch {}
const [most, step] = process.argv.slice(1).map(Number);
const kept = [];
for (let total = step; total <= most; total += step) {
  kept.push(Buffer.alloc(step, 1));
  writeSync(1, total + '\\n');
}`;

/** Takes up to `most` bytes of memory in a process of its own. The host must have twice that. */
async function takeMemory(params: { most: number; unlimited: number }): Promise<MemoryAttempt> {
  const before = cgroupState();
  // Where the kernel itself says that there is no limit, less shows it as well.
  const isUnlimited = before.countsMemory && before.memoryBytes === undefined;
  const most = isUnlimited ? Math.min(params.most, params.unlimited) : params.most;
  const refused = shortOfMemory(most);
  if (refused !== undefined)
    return {
      written: 0,
      signal: null,
      status: null,
      refused,
      cgroup: before,
    };
  const step = Math.max(MIB, Math.min(32 * MIB, Math.floor(most / 32)));
  const { stdout, signal, status } = spawnSync(
    process.execPath,
    ['-e', memoryProgram, String(most), String(step)],
    {
      env: {},
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    },
  );
  return {
    written: Number(stdout.trim().split('\n').at(-1) ?? 0),
    signal,
    status,
    cgroup: cgroupState(),
    ...(before.oomKills === undefined ? {} : { oomKillsBefore: before.oomKills }),
  };
}

/** Why so many bytes are not taken: the host, which is everybody's, must have twice that. */
function shortOfMemory(bytes: number): string | undefined {
  const free =
    Number(/^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0) * 1024;
  return free < bytes * 2 ? `the host has only ${Math.floor(free / MIB)} MiB of memory left` : undefined;
}

export interface ProcessorAttempt {
  /** Processors' worth of time that was used. */
  used: number;
  threads: number;
  processors: number;
  elapsedMs: number;
  /** Periods that the kernel compared with a quota meanwhile, and those in which it held the process back. */
  periods?: number;
  throttled?: number;
}

const BURST_MS = 250;
const MOST_BURSTS = 6;

/** Computes in as many threads as there are processors, until the kernel holds it back or it is clear that it does not. */
async function useProcessors(): Promise<ProcessorAttempt> {
  const processors = availableParallelism();
  const threads = Math.max(2, processors);
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const code = `const { workerData, parentPort } = require('node:worker_threads');
parentPort.postMessage(0);
while (Atomics.load(workerData, 0) === 0);`;
  const workers = Array.from({ length: threads }, () => new Worker(code, { eval: true, workerData: flag }));
  try {
    await Promise.all(
      workers.map(async (worker) => new Promise((resolve) => worker.once('message', resolve))),
    );
    return { threads, processors, ...(await burn()) };
  } finally {
    Atomics.store(flag, 0, 1);
    await Promise.all(workers.map(async (worker) => worker.terminate()));
  }
}

async function burn(): Promise<Omit<ProcessorAttempt, 'threads' | 'processors'>> {
  const before = cgroupState();
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let burst = 0; ; burst += 1) {
    await new Promise((resolve) => setTimeout(resolve, BURST_MS));
    const now = cgroupState();
    const { user, system } = process.cpuUsage(cpu);
    const elapsedMs = performance.now() - start;
    const used = (user + system) / 1000 / elapsedMs;
    const periods = difference(now.cpuPeriods, before.cpuPeriods);
    const throttled = difference(now.cpuThrottled, before.cpuThrottled);
    const isClear = (throttled ?? 0) > 0 || (periods ?? 0) === 0 || (now.cpus ?? 0) >= availableParallelism();
    if ((burst > 0 && isClear) || burst === MOST_BURSTS)
      return {
        used,
        elapsedMs: Math.round(elapsedMs),
        ...(periods === undefined ? {} : { periods }),
        ...(throttled === undefined ? {} : { throttled }),
      };
  }
}

function difference(now: number | undefined, before: number | undefined): number | undefined {
  return now === undefined || before === undefined ? undefined : now - before;
}

export interface OpenFilesAttempt {
  opened: number;
  /** The kernel's refusal; absent when `most` were opened. */
  refused?: string;
  /** Why it was not tried. */
  unable?: string;
}

const openFilesProgram = `
const { openSync } = require('node:fs');
const most = Number(process.argv[1]);
let opened = 0;
let refused;
while (opened < most && refused === undefined) try { openSync('/dev/null'); opened += 1; } catch (error) { refused = error.code; }
process.stdout.write(JSON.stringify({ opened, refused }));`;

/** Opens files in a process of its own until the kernel refuses. All processes of the host share one table of them. */
async function openFiles(params: { most: number }): Promise<OpenFilesAttempt> {
  const [used = 0, , room = 0] = orElse(() => readFileSync('/proc/sys/fs/file-nr', 'utf8'), '')
    .trim()
    .split(/\s+/)
    .map(Number);
  if (room > 0 && room - used < params.most * 4)
    return { opened: 0, unable: `the whole host may open only ${room - used} files more` };
  const { stdout, status, signal } = spawnSync(
    process.execPath,
    ['-e', openFilesProgram, String(params.most)],
    {
      env: {},
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`the process that opens files ended with ${status ?? signal}`);
  return JSON.parse(stdout) as OpenFilesAttempt;
}

export interface FillAttempt {
  /** Bytes that the file system says it can hold. */
  size: number;
  /** What was written by this, beside what was there. */
  written: number;
  freeBefore: number;
  /** ENOSPC, another refusal, or absent when it took all that was tried. */
  refused?: string;
  /** Why it was not tried. */
  unable?: string;
}

/** Of a tmpfs that may grow beyond `most` only so much is taken as shows it. */
const SAMPLE_BYTES = 64 * MIB;

/** Fills each tmpfs in which files can be made, and removes what it wrote. */
async function fillTmpfs(params: { most: number }): Promise<Record<string, FillAttempt>> {
  return Object.fromEntries(writableTmpfs().map((folder) => [folder, fill(folder, params.most)]));
}

function fill(folder: string, most: number): FillAttempt {
  const { blocks, bsize, bavail } = statfsSync(folder);
  const [size, freeBefore] = [blocks * bsize, bavail * bsize];
  const limit = size > 0 && size <= most ? size + MIB : Math.min(SAMPLE_BYTES, most);
  const unable = shortOfMemory(Math.min(limit, freeBefore > 0 ? freeBefore : limit));
  if (unable !== undefined) return { size, freeBefore, written: 0, unable };
  const path = join(folder, `${MARK}-${process.pid}`);
  const piece = Buffer.alloc(MIB, 1);
  const file = openSync(path, 'wx', 0o600);
  let written = 0;
  try {
    while (written < limit) written += writeSync(file, piece);
    return { size, freeBefore, written };
  } catch (error) {
    return { size, freeBefore, written, refused: (error as NodeJS.ErrnoException).code ?? String(error) };
  } finally {
    closeSync(file);
    unlinkSync(path);
  }
}

export interface CrashAttempt {
  /** /proc/sys/kernel/core_pattern */
  pattern: string;
  /** Bytes, or "unlimited", as the process may raise it. */
  hardLimit: string;
  signal?: string | null;
  /** Files that appeared where it ran; undefined when it was not tried. */
  files?: string[];
}

/** Lets a process crash in a folder where it may write. Where crashes go to a program of the host, it does not try. */
async function crash(): Promise<CrashAttempt> {
  const pattern = orElse(() => readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim(), '');
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const [, soft = '', hardLimit = ''] = /^Max core file size\s+(\S+)\s+(\S+)/m.exec(limits) ?? [];
  const table = mountTable();
  const parent = walkFiles().writable.find(({ path, isFolder, fsType }) => {
    const mount = mountOf(path, table);
    return isFolder && fsType !== 'mqueue' && mount !== undefined && !isOfHost(mount, table);
  })?.path;
  if (pattern.startsWith('|') || pattern.startsWith('/') || parent === undefined)
    return { pattern, hardLimit };
  const folder = mkdtempSync(join(parent, `${MARK}-`));
  try {
    const { signal } = crashIn(folder, soft === hardLimit);
    return { pattern, hardLimit, signal, files: readdirSync(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Without a shell only the limit that is in force can be tried, which whoever runs here may raise to the hard one. */
function crashIn(folder: string, isRaised: boolean): { signal: string | null } {
  const program = ['-e', 'process.abort()'];
  const options = { cwd: folder, env: {}, stdio: 'ignore', timeout: 5000 } as const;
  if (isRaised || !existsSync('/bin/sh')) return spawnSync(process.execPath, program, options);
  return spawnSync(
    '/bin/sh',
    ['-c', `ulimit -c "$(ulimit -Hc)"; exec "$0" "$@"`, process.execPath, ...program],
    options,
  );
}

export const functions = { cgroup, startProcesses, takeMemory, useProcessors, openFiles, fillTmpfs, crash };
