import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { createConnection } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { codeOf, orElse } from './attempt-code.ts';
import { isHostPath, type MountEntry } from './mount-table.ts';
import { mountTable, walkFiles } from './walk.ts';

export interface SeenMount extends Omit<MountEntry, 'superOptions'> {
  /** True for a bind mount of something of the host. */
  isHostPath: boolean;
  /** Of a folder of the host: how many entries are seen in it, or the refusal. */
  entries?: number | string;
}

async function mounts(): Promise<SeenMount[]> {
  return mountTable().map(({ root, target, options, fsType, source }): SeenMount => {
    const entry = { root, target, options, fsType, source };
    const isOfHost = isHostPath(entry);
    if (!isOfHost || !orElse(() => statSync(entry.target).isDirectory(), false))
      return { ...entry, isHostPath: isOfHost };
    let entries = 0;
    const code = codeOf(() => void (entries = readdirSync(entry.target).length));
    return { ...entry, isHostPath: isOfHost, entries: code === 'done' ? entries : code };
  });
}

export interface SocketAttempt {
  path: string;
  /** Path within the host's file system, where it is mounted from there. */
  root: string;
  isHostPath: boolean;
  /** "connected", or the refusal. */
  result: string;
  /** First line of the answer to `GET /_ping`, which is asked of what may be an engine only. */
  answer?: string;
}

const CONNECT_MS = 1000;

/** Connects to the sockets at these paths and to all others that there are, and asks those of engines whether they live. */
async function unixSockets(params: { paths: readonly string[]; engine: string }): Promise<SocketAttempt[]> {
  const engine = new RegExp(params.engine);
  const found = walkFiles().sockets;
  const isFound = new Set(found.map(({ path }) => path));
  // Of a socket in a folder that can be passed and not listed only its path is known.
  const listed = params.paths
    .map((path) => orElse(() => realpathSync(path), path))
    .filter((path) => !isFound.has(path) && orElse(() => statSync(path).isSocket(), false));
  const all = [...found, ...[...new Set(listed)].map((path) => ({ path, root: '', isHostPath: false }))];
  return Promise.all(
    all.map(async ({ path, root, isHostPath: isOfHost }): Promise<SocketAttempt> => {
      const asks = engine.test(path) || engine.test(root);
      return { path, root, isHostPath: isOfHost, ...(await connect(path, asks)) };
    }),
  );
}

async function connect(path: string, asks: boolean): Promise<Pick<SocketAttempt, 'result' | 'answer'>> {
  return new Promise((resolve) => {
    const socket = createConnection({ path });
    let result = 'ETIMEDOUT';
    let answer = '';
    const end = (): void => {
      socket.destroy();
      const [line = ''] = answer.replaceAll(/[^\x20-\x7e\r\n]/g, '').split('\r\n');
      resolve({ result, ...(line === '' ? {} : { answer: line.slice(0, 80) }) });
    };
    socket.setTimeout(CONNECT_MS, end);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (result !== 'connected') result = error.code ?? error.message;
      end();
    });
    socket.on('connect', () => {
      result = 'connected';
      if (asks) socket.write('GET /_ping HTTP/1.0\r\n\r\n');
      else end();
    });
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      end();
    });
    socket.on('end', end);
  });
}

export interface SeenDevice {
  path: string;
  kind: 'block' | 'character';
  /** "done" when it could be opened, the refusal, or "not tried" for what opening alone would set going. */
  open: string;
}

/** Devices whose opening does something: a watchdog starts to count, a tape winds back, a line is rung up. */
const TOUCHY =
  /\/(?:watchdog|n?st\d|n?osst|tty|hvc|xvc|lp|usblp|cu|ppp|hpet|rtc|snapshot|autofs|vfio|nvidia-modeset|fd\d|cachefiles|cpu_dma_latency)/;

/**
 * All devices below /dev but those that are named. No links: what they lead to has a name of its own, and that one tells what
 * opening it does (/dev/char/10:130 is the watchdog).
 */
async function devices(params: { standard: readonly string[] }): Promise<SeenDevice[]> {
  const standard = new Set(params.standard);
  const found: SeenDevice[] = [];
  const look = (folder: string): void => {
    for (const name of orElse(() => readdirSync(folder), [])) {
      const path = `${folder}/${name}`;
      const entry = orElse<Stats | undefined>(() => lstatSync(path), undefined);
      if (entry?.isDirectory() === true && path !== '/dev/pts' && path !== '/dev/fd') look(path);
      const isBlock = entry?.isBlockDevice() === true;
      if (entry !== undefined && (isBlock || entry.isCharacterDevice()) && !standard.has(path)) {
        const kind = isBlock ? 'block' : 'character';
        found.push({ path, kind, open: openDevice(path, kernelName(kind, entry.rdev)) });
      }
    }
  };
  look('/dev');
  return found;
}

/** What the kernel calls a device, which may have any name in a container; "" where it does not tell. */
function kernelName(kind: SeenDevice['kind'], rdev: number): string {
  const major = (rdev >> 8) & 0xfff;
  const minor = (rdev & 0xff) | ((rdev >> 12) & 0xfff00);
  const path = `/sys/dev/${kind === 'block' ? 'block' : 'char'}/${major}:${minor}/uevent`;
  return /^DEVNAME=(.+)$/m.exec(orElse(() => readFileSync(path, 'utf8'), ''))?.[1] ?? '';
}

function openDevice(path: string, name: string): string {
  if (TOUCHY.test(path) || TOUCHY.test(`/${name}`)) return 'not tried';
  return codeOf(() => closeSync(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)));
}

export interface HiddenPath {
  kind: 'file' | 'folder' | 'device' | 'missing';
  /** "done", or the refusal. */
  read: string;
  /** Bytes that one small read gave, or entries of the folder. */
  amount: number;
}

/** Reads a little of each file and lists each folder. */
async function readHidden(params: { paths: readonly string[] }): Promise<Record<string, HiddenPath>> {
  return Object.fromEntries(params.paths.map((path) => [path, readSome(path)]));
}

function readSome(path: string): HiddenPath {
  const stats = orElse<Stats | undefined>(() => statSync(path), undefined);
  if (stats === undefined) return { kind: 'missing', read: 'ENOENT', amount: 0 };
  let amount = 0;
  if (stats.isDirectory()) {
    const read = codeOf(() => void (amount = readdirSync(path).length));
    return { kind: 'folder', read, amount };
  }
  const read = codeOf(() => {
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      amount = readSync(file, Buffer.alloc(64));
    } finally {
      closeSync(file);
    }
  });
  return { kind: stats.isFile() ? 'file' : 'device', read, amount };
}

export const NAMESPACES = ['cgroup', 'ipc', 'net', 'pid', 'user', 'uts'] as const;

export interface HostView {
  /** Namespace → number of its inode. */
  namespaces: Partial<Record<(typeof NAMESPACES)[number], number>>;
  hostname: string;
  interfaces: string[];
  /** /proc/self/uid_map, a list of [inside, outside, count]. */
  uidMap: number[][];
  /** Processes that this program neither started nor was started by. */
  foreign: { pid: number; uid: number; name: string }[];
  processes: number;
  /** Segments of shared memory of System V, with those of others. */
  sharedMemory: number;
}

/** The namespaces of this process, and nothing else. */
async function namespaces(): Promise<HostView['namespaces']> {
  const numbers = NAMESPACES.flatMap((name): [string, number][] => {
    const link = orElse(() => readlinkSync(`/proc/self/ns/${name}`), '');
    const number = /\[(\d+)\]$/.exec(link)?.[1];
    return number === undefined ? [] : [[name, Number(number)]];
  });
  return Object.fromEntries(numbers);
}

/** What this process shares with others. */
async function hostView(): Promise<HostView> {
  const { processes, foreign } = foreignProcesses();
  const lines = (path: string): string[] => orElse(() => readFileSync(path, 'utf8').trim().split('\n'), []);
  return {
    namespaces: await namespaces(),
    hostname: hostname(),
    interfaces: orElse(() => readdirSync('/sys/class/net'), Object.keys(networkInterfaces())).toSorted(),
    uidMap: lines('/proc/self/uid_map').map((line) => line.trim().split(/\s+/).map(Number)),
    processes,
    foreign,
    sharedMemory: Math.max(0, lines('/proc/sysvipc/shm').length - 1),
  };
}

/** Programs that engines put before a container's own. */
const INIT = /^(?:docker-init|tini|catatonit|dumb-init|s6-svscan|conmon)$/;
const MOST_FOREIGN = 20;

function foreignProcesses(): Pick<HostView, 'processes' | 'foreign'> {
  const all = orElse(() => readdirSync('/proc'), []).flatMap((name) => {
    const status = /^\d+$/.test(name) ? orElse(() => readFileSync(`/proc/${name}/status`, 'utf8'), '') : '';
    const value = (key: string): string => new RegExp(`^${key}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
    return status === '' || value('State') === 'Z'
      ? []
      : [
          {
            pid: Number(name),
            parent: Number(value('PPid')),
            uid: Number(value('Uid')),
            name: value('Name'),
          },
        ];
  });
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  const isOwn = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 0; at = parents.get(at))
      if (at === process.pid) return true;
    return false;
  };
  const isAbove = ({ pid, name }: { pid: number; name: string }): boolean =>
    pid === process.ppid && INIT.test(name);
  const foreign = all.filter((each) => !isOwn(each.pid) && !isAbove(each));
  return {
    processes: all.length,
    foreign: foreign.slice(0, MOST_FOREIGN).map(({ pid, uid, name }) => ({ pid, uid, name })),
  };
}

export const functions = { mounts, unixSockets, devices, readHidden, namespaces, hostView };
