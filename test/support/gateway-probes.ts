import type { LiveDeployment } from './live-deployment.ts';

interface ContainerFacts {
  /** Every process but init: fields of /proc/PID/status, blanks made single. */
  processes: { command: string; status: Record<string, string> }[];
  /** Soft and hard limit by the kernel's name for it, of the gateway's own process. */
  limits: Record<string, string>;
  /** Bytes, bytes, processes, processors: what the kernel enforces on the container. */
  cgroup: { memory: number; memoryAndSwap: number; pids: number; cpus: number };
}

/** What the kernel says of the processes in the gateway's container. */
export async function containerFacts(live: LiveDeployment): Promise<ContainerFacts> {
  return live.inGateway<ContainerFacts>(`
import { existsSync, readdirSync, readFileSync } from 'node:fs';
const read = (path) => readFileSync(path, 'utf8').trim();
const pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
const processes = pids.map((pid) => {
  const lines = read('/proc/' + pid + '/status').split('\\n').map((line) => line.split(/:\\s*/));
  const status = Object.fromEntries(lines.map(([key, value = '']) => [key, value.trim().replace(/\\s+/g, ' ')]));
  return { pid, command: read('/proc/' + pid + '/cmdline').replaceAll('\\0', ' '), status };
});
const gateway = processes.find(({ command, status }) => status.PPid === '1' && command.includes('openclaw'));
const limits = Object.fromEntries(read('/proc/' + gateway.pid + '/limits').split('\\n').slice(1).map((line) => {
  const [, name, soft, hard] = /^(.+?)\\s{2,}(\\S+)\\s+(\\S+)/.exec(line);
  return [name, soft + ' ' + hard];
}));
const root = '/sys/fs/cgroup/';
const number = (path) => Number(read(root + path));
const modern = existsSync(root + 'memory.max');
const [quota, period] = modern ? read(root + 'cpu.max').split(' ').map(Number) : [number('cpu/cpu.cfs_quota_us'), number('cpu/cpu.cfs_period_us')];
const cgroup = modern
  ? { memory: number('memory.max'), memoryAndSwap: number('memory.max') + number('memory.swap.max'), pids: number('pids.max') }
  : { memory: number('memory/memory.limit_in_bytes'), memoryAndSwap: number('memory/memory.memsw.limit_in_bytes'), pids: number('pids/pids.max') };
console.log(JSON.stringify({ processes, limits, cgroup: { ...cgroup, cpus: quota / period } }));
`);
}

interface FileProbes {
  /** Path → code of the error with which writing there is refused; "written" when it is not. */
  refusals: Record<string, string>;
  /** Topmost folders in which a file could be made, of all folders that there are. */
  writable: string[];
  /** Mounts of real file systems that are not read-only and that can be written to. */
  mounts: string[];
  /** Place → "ran", or the error with which a script put there was refused. */
  executed: Record<string, string>;
  state: {
    root: { mode: number; uid: number };
    entries: { name: string; mode: number; uid: number; isFolder: boolean }[];
  };
}

/** Tries to write and to execute in the gateway's container. */
export async function probeFiles(live: LiveDeployment): Promise<FileProbes> {
  return live.inGateway<FileProbes>(`
import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, lstatSync, openSync, closeSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const code = (work, done) => { try { work(); return done; } catch (error) { return error.code; } };
const write = (folder) => code(() => {
  const path = join(folder, 'probe-' + process.pid);
  writeFileSync(path, 'x');
  rmSync(path);
}, 'written');
// The kernel asks whether the mount is read-only before it asks whether the user may.
const folders = ['/', '/etc', '/usr', '/usr/local/bin', '/app', '/opt', '/var', '/home', '/home/node', '/run', '/etc/openclaw'];
const refusals = Object.fromEntries(folders.map((folder) => [folder, write(folder)]));
const files = ['/etc/passwd', '/etc/resolv.conf', '/etc/openclaw/openclaw.json', '/opt/clawproof/health.mjs', '/run/secrets/gateway_token'];
for (const file of files) refusals[file] = code(() => chmodSync(file, statSync(file).mode), 'written');

const writable = [];
function walk(folder) {
  const may = code(() => accessSync(folder, constants.W_OK), '') === '';
  if (may && write(folder) === 'written') return void writable.push(folder);
  let entries = [];
  try { entries = readdirSync(folder, { withFileTypes: true }); } catch {}
  for (const entry of entries) if (entry.isDirectory() && !['/proc', '/sys'].includes(join(folder, entry.name))) walk(join(folder, entry.name));
}
walk('/');

const KERNEL = ['proc', 'sysfs', 'cgroup', 'cgroup2', 'devpts', 'mqueue'];
const mounts = readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\\n').flatMap((line) => {
  const [left, right] = line.split(' - ');
  const [, , , , target, options] = left.split(' ');
  if (KERNEL.includes(right.split(' ')[0]) || options.split(',').includes('ro')) return [];
  const kind = statSync(target);
  const result = kind.isDirectory() ? write(target) : kind.isFile() ? code(() => closeSync(openSync(target, 'r+')), 'written') : 'device';
  return result === 'written' ? [target] : [];
});

const executed = Object.fromEntries(writable.map((folder) => {
  const path = join(folder, 'probe-' + process.pid + '.sh');
  writeFileSync(path, '#!/bin/sh\\nexit 0\\n', { mode: 0o755 });
  const { status, error } = spawnSync(path);
  rmSync(path);
  return [folder, status === 0 ? 'ran' : (error?.code ?? 'exit ' + status)];
}));

const home = '/home/node/.openclaw';
const describe = (path) => { const { mode, uid } = lstatSync(path); return { mode: mode & 0o7777, uid }; };
const entries = readdirSync(home).map((name) => ({ name, ...describe(join(home, name)), isFolder: lstatSync(join(home, name)).isDirectory() }));
console.log(JSON.stringify({ refusals, writable: writable.sort(), mounts: mounts.sort(), executed, state: { root: describe(home), entries } }));
`);
}

interface TokenPlaces {
  files: string[];
  processes: { looked: number; holding: string[] };
}

/** Where in the gateway's container the token is: files in every place that changes, and what processes were given. */
export async function tokenFiles(live: LiveDeployment): Promise<TokenPlaces> {
  return live.inGateway<TokenPlaces>(
    `
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
const token = readFileSync(0, 'utf8').trim();
if (token.length !== 64) throw new Error('no token was given');
const files = [];
function search(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) search(path);
    else if (entry.isFile()) try { if (readFileSync(path).includes(token)) files.push(path); } catch {}
  }
}
for (const folder of ['/run', '/home', '/tmp', '/dev/shm', '/etc/openclaw', '/opt']) search(folder);
let looked = 0;
const holding = [];
for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) for (const what of ['environ', 'cmdline']) {
  try {
    const text = readFileSync('/proc/' + pid + '/' + what);
    looked += 1;
    if (text.includes(token)) holding.push(pid + ' ' + what);
  } catch {}
}
console.log(JSON.stringify({ files, processes: { looked, holding } }));
`,
    live.token(),
  );
}

interface ForkAttempt {
  started: number;
  error: string;
  /** Most processes and threads that the kernel counted in the container. */
  highest: number;
}

/** Starts processes in the gateway's container until the kernel refuses one, and ends them all. */
export async function spawnUntilRefused(live: LiveDeployment): Promise<ForkAttempt> {
  return live.inGateway<ForkAttempt>(`
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
const counter = ['/sys/fs/cgroup/pids/pids.current', '/sys/fs/cgroup/pids.current'].find((path) => existsSync(path));
const children = [];
let error = 'none';
let highest = 0;
while (children.length < 400 && error === 'none') {
  const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
  child.on('error', (reason) => { error = reason.code; });
  children.push(child);
  await new Promise((resolve) => setImmediate(resolve));
  highest = Math.max(highest, Number(readFileSync(counter, 'utf8')));
}
for (const child of children) child.kill('SIGKILL');
console.log(JSON.stringify({ started: children.length - 1, error, highest }));
`);
}
