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
} from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, MARK, orElse } from './attempt-code.ts';
import {
  isBelow,
  isHostPath,
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
  /** True when there was more than is looked at. */
  isCut: boolean;
}

/** Beyond these a walk would take too long; no image that is known has a quarter of them. */
const MOST_FOLDERS = 60_000;
const MOST_MS = 15_000;

let walked: Walk | undefined;

/** Looks into all folders but those of the kernel; once, however often it is asked. */
export function walkFiles(): Walk {
  walked ??= new Walker(mountTable()).walk();
  return walked;
}

export function mountTable(): MountEntry[] {
  return parseMountTable(readFileSync('/proc/self/mountinfo', 'utf8'));
}

class Walker {
  readonly #table: readonly MountEntry[];
  readonly #targets: ReadonlySet<string>;
  readonly #end = Date.now() + MOST_MS;
  /** What came into the container with this program is no part of it. */
  readonly #own = dirname(process.argv[1] ?? '/');
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
    this.#table = table;
    this.#targets = new Set(table.map(({ target }) => target));
  }

  walk(): Walk {
    const root = mountOf('/', this.#table);
    if (root !== undefined) this.#folder('/', root, false);
    return this.#found;
  }

  /** @param isKnown true below a folder that can be written: there only what else it holds is of interest */
  #folder(path: string, mount: MountEntry, isKnown: boolean): void {
    if (this.#isLeftOut(path, mount)) return;
    this.#found.folders += 1;
    const code = isKnown ? 'known' : this.#tryFolder(path, mount);
    const entries = orElse<Dirent[] | undefined>(() => readdirSync(path, { withFileTypes: true }), undefined);
    if (entries === undefined) this.#found.unreadable += 1;
    // A read-only mount refuses a write to any of its files, so one of them tells for all.
    const isOpen = isKnown || code === 'done';
    let isTold = false;
    for (const entry of entries ?? []) {
      const inner = path === '/' ? `/${entry.name}` : `${path}/${entry.name}`;
      this.#entry(entry, inner, mount, { isOpen, isTold });
      isTold ||= code === 'EROFS' && entry.isFile();
    }
  }

  #entry(entry: Dirent, path: string, mount: MountEntry, known: { isOpen: boolean; isTold: boolean }): void {
    const isMount = this.#targets.has(path);
    const at = isMount ? (mountOf(path, this.#table) ?? mount) : mount;
    if (entry.isDirectory()) this.#folder(path, at, known.isOpen && !isMount);
    else if (entry.isSocket()) this.#socket(path, at);
    else if (entry.isFile()) this.#file(path, at, isMount || !(known.isOpen || known.isTold));
  }

  #isLeftOut(path: string, { fsType }: MountEntry): boolean {
    if (path === this.#own || (KERNEL_FILE_SYSTEMS.has(fsType) && fsType !== 'mqueue')) return true;
    const isEnough = this.#found.folders >= MOST_FOLDERS || Date.now() > this.#end;
    this.#found.isCut ||= isEnough;
    return isEnough;
  }

  #tryFolder(path: string, mount: MountEntry): string {
    const code = writeInto(path, mount);
    if (code === 'done') this.#writable(path, true, mount);
    else this.#found.refused[code] = (this.#found.refused[code] ?? 0) + 1;
    return code;
  }

  #file(path: string, mount: MountEntry, isTried: boolean): void {
    this.#found.files += 1;
    if (isTried && mayWrite(path)) this.#writable(path, false, mount);
    if (path.includes('/node_modules/')) return;
    const mode = orElse(() => lstatSync(path).mode, 0);
    if ((mode & 0o6000) !== 0 && (mode & 0o111) !== 0) this.#found.setuid.push(path);
  }

  #writable(path: string, isFolder: boolean, mount: MountEntry): void {
    this.#found.writable.push({ path, isFolder, mount: mount.target, fsType: mount.fsType });
  }

  #socket(path: string, mount: MountEntry): void {
    const place = { path, mount: mount.target, root: mount.root, isHostPath: isHostPath(mount) };
    this.#found.sockets.push(place);
  }
}

/** Makes an empty file and removes it; in a folder of the host it only asks whether that would be allowed. */
function writeInto(folder: string, mount: MountEntry): string {
  if (isHostPath(mount)) return codeOf(() => accessSync(folder, constants.W_OK));
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
    return mount !== undefined && !isHostPath(mount) && !isOther ? [path] : [];
  });
}
