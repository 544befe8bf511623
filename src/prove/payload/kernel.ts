import { type ChildProcess, spawn } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { constants as systemConstants } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { codeOf } from './attempt-code.ts';
import { type SyscallName, syscallNumber } from './syscall-numbers.ts';
import { decodeResults, encodeTable, type SyscallArgument } from './syscall-table.ts';

/** A system call by its name. */
export interface NamedCall {
  call: SyscallName;
  arguments: readonly SyscallArgument[];
}

/** What the kernel said to one call. */
export interface CallResult {
  call: string;
  /** What it gave; absent when it refused. */
  value?: number;
  /** Name of the refusal: EPERM, ENOSYS …; "absent" where this processor has no such call. */
  code?: string;
}

export interface KernelCalls {
  results: CallResult[];
  /** Signal that ended the program in the middle: SIGSYS = a filter killed it. */
  signal?: string;
  /** Seccomp mode of the process: 0 none, 2 a filter; null when the kernel does not tell. */
  seccomp: number | null;
  /** Files that were asked for, trimmed; null = not there. */
  files: Record<string, string | null>;
  /** Whether the kernel is built with what was asked for; null = it does not tell. */
  hasFeature: boolean | null;
}

/** How a kernel tells what it is built with: by a file that there is then, or by an option in its configuration. */
export type KernelFeature = { file: string } | { option: string };

/** Folders that may be written, in the order of preference: what is made there is gone with the container. */
const SCRATCH = ['/tmp', '/dev/shm', '/var/tmp', '/run', process.env['HOME'] ?? '/'];

/**
 * Makes these calls one after the other in a process of their own, whose folder is one that can be written.
 * @param params.program the system call program
 * @param params.files files of /proc whose text decides how to read the results
 * @param params.feature what the kernel must be built with for any of it to mean something
 */
async function callKernel(params: {
  program: string;
  calls: readonly NamedCall[];
  files?: readonly string[];
  feature?: KernelFeature;
}): Promise<KernelCalls> {
  const files = Object.fromEntries((params.files ?? []).map((path) => [path, textOf(path)]));
  const seccomp = statusNumber(textOf('/proc/self/status') ?? '', 'Seccomp');
  const hasFeature = params.feature ? isBuiltWith(params.feature) : null;
  return { ...(await makeCalls(params.program, params.calls)), seccomp, files, hasFeature };
}

function isBuiltWith(feature: KernelFeature): boolean | null {
  if ('file' in feature) return existsSync(feature.file);
  try {
    const options = gunzipSync(readFileSync('/proc/config.gz')).toString();
    return options.includes(`\n${feature.option}=`);
  } catch {
    return null;
  }
}

async function makeCalls(
  program: string,
  calls: readonly NamedCall[],
): Promise<Pick<KernelCalls, 'results' | 'signal'>> {
  const arch = archOf(program);
  const numbered = calls.map((call) => ({ ...call, number: syscallNumber(call.call, arch) }));
  // A call that there is not keeps its place, so that results of others still have their index.
  const table = encodeTable(numbered.map(({ number, ...call }) => ({ ...call, number: number ?? -1 })));
  const child = spawn(program, { cwd: scratch(), stdio: ['pipe', 'pipe', 'ignore'] });
  const output = collect(child);
  child.stdin.on('error', () => undefined);
  child.stdin.end(table);
  const { bytes, signal } = await output;
  if (signal !== null) return { results: [], signal };
  const values = decodeResults(bytes, calls.length);
  return {
    results: numbered.map(({ call, number }, index) =>
      number === null ? { call, code: 'absent' } : { call, ...named(values[index] ?? 0) },
    ),
  };
}

function collect(child: ChildProcess): Promise<{ bytes: Buffer; signal: string | null }> {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => void chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (_, signal) => resolve({ bytes: Buffer.concat(chunks), signal }));
  });
}

/** Error numbers are the upper 4095 values; all others are results, addresses with the highest bit among them. */
function named(value: number): Pick<CallResult, 'value' | 'code'> {
  if (value >= 0 || value < -4095) return { value };
  return { code: names.get(-value) ?? `error ${-value}` };
}

const names = new Map<number, string>(
  Object.entries(systemConstants.errno)
    .filter(([name]) => name !== 'EWOULDBLOCK' && name !== 'EOPNOTSUPP')
    .map(([name, number]) => [number, name]),
);

/** The program decides, not Node: under an emulation of another processor the two differ. */
function archOf(program: string): 'x64' | 'arm64' {
  const header = new Uint8Array(20);
  const file = openSync(program, 'r');
  readSync(file, header);
  closeSync(file);
  return header[18] === 183 ? 'arm64' : 'x64';
}

function scratch(): string {
  return SCRATCH.find((path) => codeOf(() => accessSync(path, constants.W_OK)) === 'done') ?? '/';
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

function statusField(status: string, name: string): string | null {
  return new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1]?.trim() ?? null;
}

function statusNumber(status: string, name: string): number | null {
  const field = statusField(status, name);
  return field === null ? null : Number(field);
}

/** What the kernel says of a process: the payload itself, whose container is that of the gateway. */
export interface ProcessState {
  uid: number;
  euid: number;
  /** Sets of capabilities as 64 bit in hexadecimal digits; null = the kernel does not tell. */
  capabilities: Record<'effective' | 'permitted' | 'inheritable' | 'bounding' | 'ambient', string | null>;
  noNewPrivileges: number | null;
  seccomp: number | null;
  seccompFilters: number | null;
  /** Profile of the security module; null = there is none. */
  label: string | null;
}

async function processState(): Promise<ProcessState> {
  const status = readFileSync('/proc/self/status', 'utf8');
  return {
    uid: process.getuid?.() ?? -1,
    euid: process.geteuid?.() ?? -1,
    capabilities: {
      effective: statusField(status, 'CapEff'),
      permitted: statusField(status, 'CapPrm'),
      inheritable: statusField(status, 'CapInh'),
      bounding: statusField(status, 'CapBnd'),
      ambient: statusField(status, 'CapAmb'),
    },
    noNewPrivileges: statusNumber(status, 'NoNewPrivs'),
    seccomp: statusNumber(status, 'Seccomp'),
    seccompFilters: statusNumber(status, 'Seccomp_filters'),
    label: textOf('/proc/self/attr/current')?.replaceAll('\0', '') ?? null,
  };
}

export interface SetuidRun {
  uid: number;
  /** As whom it ran; null when the kernel would not run it. */
  euid: number | null;
  code?: string;
  /** What the file asks for: without it the run says nothing. */
  file: { uid: number; isSetuid: boolean };
  /** True when its file system takes setuid bits for nothing, which protects this file and no other one. */
  isNosuid: boolean;
}

/** Runs a program that belongs to root and has the setuid bit. */
async function runSetuid(params: { program: string }): Promise<SetuidRun> {
  const { uid, mode } = statSync(params.program);
  const known = {
    uid: process.getuid?.() ?? -1,
    file: { uid, isSetuid: (mode & 0o4000) !== 0 },
    isNosuid: isNosuid(params.program),
  };
  const child = spawn(params.program, { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const { bytes } = await collect(child);
    return { ...known, euid: bytes.length === 16 ? Number(bytes.readBigInt64LE(8)) : null };
  } catch (error) {
    return { ...known, euid: null, code: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}

function isNosuid(path: string): boolean {
  const mounts = (textOf('/proc/self/mountinfo') ?? '').split('\n').map((line) => line.split(' '));
  const around = mounts.filter(([, , , , target = '']) => target === '/' || path.startsWith(`${target}/`));
  const innermost = around.toSorted((a, b) => (b[4]?.length ?? 0) - (a[4]?.length ?? 0))[0];
  return innermost?.[5]?.split(',').includes('nosuid') === true;
}

const PR_SET_DUMPABLE = 4;
const PTRACE_SEIZE = 0x4206;
const AT_FDCWD = -100;
const O_RDWR = 2;

/** Traces a process of the same user that has forbidden it, as programs do that hold keys. Stops nothing. */
async function traceProtected(params: { program: string }): Promise<KernelCalls> {
  const arch = archOf(params.program);
  const number = (name: SyscallName): number => syscallNumber(name, arch) ?? -1;
  const child = spawn(params.program, { stdio: ['pipe', 'pipe', 'ignore'] });
  const ended = collect(child);
  try {
    const isReady = new Promise((resolve) => {
      child.stdout.once('data', resolve);
    });
    child.stdin.on('error', () => undefined);
    child.stdin.write(
      encodeTable([
        { number: number('prctl'), arguments: [PR_SET_DUMPABLE, 0] },
        { number: number('write'), arguments: [1, { text: '.' }, 1] },
        { number: number('read'), arguments: [0, { room: 8 }, 1] },
      ]),
    );
    await Promise.race([isReady, ended]);
    const pid = child.pid ?? 0;
    return await callKernel({
      program: params.program,
      calls: [
        { call: 'ptrace', arguments: [PTRACE_SEIZE, pid, 0, 0] },
        { call: 'openat', arguments: [AT_FDCWD, { text: `/proc/${pid}/mem` }, O_RDWR] },
      ],
      files: ['/proc/sys/kernel/yama/ptrace_scope'],
    });
  } finally {
    child.stdin.end();
    await ended;
  }
}

export const functions = { callKernel, processState, runSetuid, traceProtected };
