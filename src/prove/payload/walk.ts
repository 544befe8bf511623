import {
  accessSync,
  closeSync,
  constants,
  type Dirent,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, MARK, orElse } from './attempt-code.ts';
import {
  isBelow,
  isOfHost,
  KERNEL_FILE_SYSTEMS,
  mountOf,
  type MountEntry,
  parseMountTable,
} from './mount-table.ts';

/** What a look into every folder gave. */
export interface Walk {
  /** Topmost folders and single files that can be written, with the mount that they are on. */
  writable: { path: string; isFolder: boolean; mount: string; fsType: string }[];
  folders: number;
  files: number;
  /** Kernel's refusal → how many folders it was met in. */
  refused: Record<string, number>;
  /** Folders that nobody but their owner may look into. */
  unreadable: number;
  sockets: { path: string; mount: string; root: string; isHostPath: boolean }[];
  /** Programs that run as another user than who starts them. */
  setuid: string[];
  /** True when folders were left out that may be writable. */
  isCut: boolean;
}

/** Beyond these a walk would take too long; no image that is known has a quarter of them. */
const MOST_FOLDERS = 60_000;
const MOST_MS = 15_000;
/** From here on no more is looked for where the kernel refuses every write: one refusal tells for a whole mount. */
const ENOUGH_MS = 2000;

/** Most files of an image are here. */
const PACKAGES = '/node_modules/';

let walked: Walk | undefined;

/** Looks into all folders but those of the kernel; once, however often it is asked. */
export function walkFiles(): Walk {
  walked ??= new Walker(mountTable()).walk();
  return walked;
}

export function mountTable(): MountEntry[] {
  return parseMountTable(readFileSync('/proc/self/mountinfo', 'utf8'));
}

interface Folder {
  path: string;
  mount: MountEntry;
  /** True below a folder that can be written: there only what else it holds is of interest. */
  isOpen: boolean;
}

/** Goes from all mounts downwards, what is near to them first. */
class Walker {
  readonly #targets: ReadonlySet<string>;
  readonly #queue: Folder[] = [];
  readonly #began = Date.now();
  /** What came into the container with this program is no part of it. */
  readonly #own = dirname(process.argv[1] ?? '/');
  /** Mounts of which a write would end on the host. */
  readonly #host: ReadonlySet<MountEntry>;
  /** Mounts that refuse every write. */
  readonly #closed = new Set<string>();
  readonly #found: Walk = {
    writable: [],
    folders: 0,
    files: 0,
    refused: {},
    unreadable: 0,
    sockets: [],
    setuid: [],
    isCut: false,
  };

  constructor(table: readonly MountEntry[]) {
    const mounts = table.filter(({ target }) => mountOf(target, table)?.target === target);
    this.#targets = new Set(mounts.map(({ target }) => target));
    this.#host = new Set(mounts.filter((mount) => isOfHost(mount, table)));
    for (const mount of mounts) this.#mount(mount);
  }

  walk(): Walk {
    for (const folder of this.#queue) {
      const elapsed = Date.now() - this.#began;
      if (elapsed > ENOUGH_MS && this.#closed.has(folder.mount.target)) continue;
      if (elapsed > MOST_MS || this.#found.folders >= MOST_FOLDERS) this.#found.isCut = true;
      else this.#folder(folder);
    }
    return this.#found;
  }

  /** A single file and a socket can be mounted as well as a folder. */
  #mount(mount: MountEntry): void {
    const { target: path, fsType } = mount;
    const stats = orElse<Stats | undefined>(() => statSync(path), undefined);
    const isKernels = KERNEL_FILE_SYSTEMS.has(fsType) && fsType !== 'mqueue';
    if (isKernels || path === this.#own || isBelow(path, '/proc') || isBelow(path, '/sys')) return;
    if (stats?.isDirectory() === true) this.#queue.push({ path, mount, isOpen: false });
    else if (stats?.isSocket() === true) this.#socket(path, mount);
    else if (stats?.isFile() === true) this.#file(path, mount, true);
  }

  #folder({ path, mount, isOpen }: Folder): void {
    this.#found.folders += 1;
    const code = isOpen ? 'done' : this.#tryFolder(path, mount);
    const entries = orElse<Dirent[] | undefined>(() => readdirSync(path, { withFileTypes: true }), undefined);
    if (entries === undefined) this.#found.unreadable += 1;
    let isTold = code === 'done';
    for (const entry of entries ?? []) {
      const inner = path === '/' ? `/${entry.name}` : `${path}/${entry.name}`;
      if (this.#targets.has(inner)) continue;
      if (entry.isDirectory()) this.#queue.push({ path: inner, mount, isOpen: code === 'done' });
      else if (entry.isSocket()) this.#socket(inner, mount);
      else if (entry.isFile()) {
        this.#file(inner, mount, !isTold);
        // A read-only mount refuses a write to any of its files; packages are installed with one owner and mode.
        isTold ||= code === 'EROFS' || path.includes(PACKAGES);
      }
    }
  }

  #tryFolder(path: string, mount: MountEntry): string {
    const code = writeInto(path, mount, this.#host.has(mount));
    if (code === 'done') this.#writable(path, true, mount);
    else this.#found.refused[code] = (this.#found.refused[code] ?? 0) + 1;
    if (code === 'EROFS') this.#closed.add(mount.target);
    return code;
  }

  #file(path: string, mount: MountEntry, isTried: boolean): void {
    this.#found.files += 1;
    if (isTried && mayWrite(path)) this.#writable(path, false, mount);
    if (path.includes(PACKAGES)) return;
    const mode = orElse(() => lstatSync(path).mode, 0);
    if ((mode & 0o6000) !== 0 && (mode & 0o111) !== 0) this.#found.setuid.push(path);
  }

  #writable(path: string, isFolder: boolean, mount: MountEntry): void {
    this.#found.writable.push({ path, isFolder, mount: mount.target, fsType: mount.fsType });
  }

  #socket(path: string, mount: MountEntry): void {
    const place = { path, mount: mount.target, root: mount.root, isHostPath: this.#host.has(mount) };
    this.#found.sockets.push(place);
  }
}

/** Makes an empty file and removes it; in a folder of the host it only asks whether that would be allowed. */
function writeInto(folder: string, mount: MountEntry, isHost: boolean): string {
  if (isHost)
    return mount.options.includes('ro') ? 'EROFS' : codeOf(() => accessSync(folder, constants.W_OK));
  const path = `${folder === '/' ? '' : folder}/${MARK}-${process.pid}`;
  return codeOf(() => {
    closeSync(openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600));
    rmSync(path);
  });
}

function mayWrite(file: string): boolean {
  return codeOf(() => accessSync(file, constants.W_OK)) === 'done';
}

/** Number of the memory namespace that the kernel starts with. */
const FIRST_IPC = 'ipc:[4026531839]';

/**
 * Folders on a tmpfs of this container in which files can be made. Shared memory of the host is none of them, and the
 * folder of devices is no folder for files.
 */
export function writableTmpfs(): string[] {
  const table = mountTable();
  const isHostMemory = orElse(() => readlinkSync('/proc/self/ns/ipc'), '') === FIRST_IPC;
  const folders = walkFiles().writable.filter(({ isFolder, fsType }) => isFolder && fsType === 'tmpfs');
  return folders.flatMap(({ path }) => {
    const mount = mountOf(path, table);
    const isOther = path === '/dev' || (isHostMemory && isBelow(path, '/dev/shm'));
    return mount !== undefined && !isOfHost(mount, table) && !isOther ? [path] : [];
  });
}
