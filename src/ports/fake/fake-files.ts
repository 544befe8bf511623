import { fileError, type FileOperation, notRegularFile, notUtf8 } from '../../errors/file-errors.ts';
import type { Files, FileStat, PendingFile } from '../files.ts';

interface FakeFile {
  kind: 'file' | 'other';
  bytes: Uint8Array;
  modifiedMs: number;
  mode: number;
  uid: number;
  gid: number;
}
interface FakeFolder {
  kind: 'directory';
  mode: number;
  uid: number;
  gid: number;
}
interface FakeLink {
  kind: 'symlink';
  target: string;
  mode: number;
  uid: number;
  gid: number;
}
type Entry = FakeFile | FakeFolder | FakeLink;

const MAX_LINKS = 40;

/** A file system in memory with modes, owners and symlinks. New entries belong to `uid` and `gid`. */
export class FakeFiles implements Files {
  uid = 0;
  gid = 0;
  /** When whatever is written now is written, in milliseconds since 1970. */
  nowMs = Date.parse('2026-11-22T10:00:00.000Z');
  /** What `freeBytes` answers. */
  free = 100 * 1024 ** 3;
  /** Paths in the order in which they were written, removed or renamed: "write /a", "remove /b". */
  readonly changes: string[] = [];
  readonly #entries = new Map<string, Entry>([['/', { kind: 'directory', mode: 0o755, uid: 0, gid: 0 }]]);
  readonly #failures = new Map<string, string>();

  /** @param files path → text of files that are there from the start, with 0644 */
  constructor(files: Record<string, string> = {}) {
    for (const [path, text] of Object.entries(files)) this.put(path, text);
  }

  /** Puts a file there without any check, as someone else would. */
  put(
    path: string,
    text: string | Uint8Array,
    stat: Partial<Pick<FileStat, 'mode' | 'uid' | 'gid' | 'modifiedMs'>> & { kind?: 'file' | 'other' } = {},
  ): this {
    this.#makeParents(path);
    this.#entries.set(path, {
      kind: 'file',
      bytes: toBytes(text),
      modifiedMs: this.nowMs,
      mode: 0o644,
      uid: this.uid,
      gid: this.gid,
      ...stat,
    });
    return this;
  }

  putLink(path: string, target: string): this {
    this.#makeParents(path);
    this.#entries.set(path, { kind: 'symlink', target, mode: 0o777, uid: this.uid, gid: this.gid });
    return this;
  }

  /** From now on every operation that changes this path, or anything under it, fails with this errno name (ENOSPC …); undefined ends it. */
  failWith(path: string, code: string | undefined): this {
    if (code === undefined) this.#failures.delete(path);
    else this.#failures.set(path, code);
    return this;
  }

  /** Text of every file by path, for assertions. */
  snapshot(): Record<string, string> {
    const all = [...this.#entries].filter((pair): pair is [string, FakeFile] => pair[1].kind === 'file');
    return Object.fromEntries(
      all
        .toSorted(([a], [b]) => compare(a, b))
        .map(([path, file]) => [path, new TextDecoder().decode(file.bytes)]),
    );
  }

  async read(path: string): Promise<string | null> {
    const bytes = await this.readBytes(path);
    if (bytes === null) return null;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw notUtf8(path);
    }
  }

  async unlink(path: string): Promise<void> {
    if ((await this.stat(path))?.kind === 'directory') throw failure('remove', path, 'EISDIR');
    await this.remove(path);
  }

  async readUntrusted(path: string, maxBytes: number): Promise<string | null> {
    const stat = await this.stat(path);
    if (stat?.kind === 'symlink') throw failure('read', path, 'ELOOP');
    if (stat?.kind === 'other') throw notRegularFile(path);
    if (stat !== null && stat.kind === 'file' && stat.size > maxBytes) throw failure('read', path, 'EFBIG');
    return this.read(path);
  }

  async readBytes(path: string): Promise<Uint8Array | null> {
    const real = this.#resolve(path, 'read');
    const entry = real === null ? undefined : this.#entries.get(real);
    if (entry === undefined) return null;
    if (entry.kind === 'directory') throw failure('read', path, 'EISDIR');
    return entry.kind === 'symlink' ? null : entry.bytes.slice();
  }

  async writeAtomic(
    path: string,
    text: string | Uint8Array,
    options: { mode: number; uid?: number; gid?: number },
  ): Promise<void> {
    this.#check('write', path);
    const place = this.#place(path, 'write', true);
    const found = this.#entries.get(place);
    if (found?.kind === 'other') throw notRegularFile(path);
    if (found !== undefined && found.kind !== 'file')
      throw failure('write', path, found.kind === 'symlink' ? 'ELOOP' : 'EISDIR');
    const { mode, uid = this.uid, gid = this.gid } = options;
    const modifiedMs = this.nowMs;
    this.#entries.set(place, { kind: 'file', bytes: toBytes(text), modifiedMs, mode, uid, gid });
    this.changes.push(`write ${path}`);
  }

  async overwrite(path: string, text: string): Promise<void> {
    this.#check('write', path);
    const found = this.#existing('write', path);
    if (found.kind === 'other') throw notRegularFile(path);
    if (found.kind !== 'file') throw failure('write', path, found.kind === 'symlink' ? 'ELOOP' : 'EISDIR');
    Object.assign(found, { bytes: toBytes(text), modifiedMs: this.nowMs });
    this.changes.push(`write ${path}`);
  }

  async *readPieces(path: string): AsyncGenerator<Uint8Array> {
    const bytes = await this.readBytes(path);
    if (bytes === null) throw failure('read', path, 'ENOENT');
    yield bytes;
  }

  async beginAtomic(path: string, options: { mode: number }): Promise<PendingFile> {
    this.#check('write', path);
    const found = this.#entries.get(this.#place(path, 'write', true));
    if (found?.kind === 'other') throw notRegularFile(path);
    if (found !== undefined && found.kind !== 'file')
      throw failure('write', path, found.kind === 'symlink' ? 'ELOOP' : 'EISDIR');
    const whole: Uint8Array[] = [];
    return {
      write: async (text) => {
        this.#check('write', path);
        whole.push(Uint8Array.from(toBytes(text)));
      },
      commit: () => this.writeAtomic(path, Buffer.concat(whole), options),
      discard: async () => undefined,
    };
  }

  async createExclusive(path: string, text: string, mode: number): Promise<boolean> {
    this.#check('create', path);
    const place = this.#place(path, 'create', false);
    if (this.#entries.has(place)) return false;
    const { uid, gid, nowMs: modifiedMs } = this;
    this.#entries.set(place, { kind: 'file', bytes: toBytes(text), modifiedMs, mode, uid, gid });
    this.changes.push(`write ${path}`);
    return true;
  }

  async appendLine(path: string, line: string): Promise<void> {
    if (line.includes('\n')) throw new TypeError('appendLine takes one line');
    this.#check('write', path);
    const place = this.#place(path, 'write', false);
    const found = this.#entries.get(place) ?? {
      kind: 'file',
      bytes: new Uint8Array(),
      modifiedMs: 0,
      mode: 0o600,
      uid: this.uid,
      gid: this.gid,
    };
    if (found.kind === 'symlink' || found.kind === 'directory')
      throw failure('write', path, found.kind === 'symlink' ? 'ELOOP' : 'EISDIR');
    const torn = found.bytes.length > 0 && found.bytes.at(-1) !== 0x0a;
    this.#entries.set(place, {
      ...found,
      modifiedMs: this.nowMs,
      bytes: Buffer.concat([found.bytes, toBytes(`${torn ? '\n' : ''}${line}\n`)]),
    });
    this.changes.push(`write ${path}`);
  }

  async makeDirectory(path: string, mode: number): Promise<void> {
    this.#check('create', path);
    const place = this.#place(path, 'create', true);
    const found = this.#entries.get(place);
    if (found?.kind === 'directory') return;
    if (found !== undefined) throw failure('create', path, found.kind === 'symlink' ? 'ELOOP' : 'EEXIST');
    this.#entries.set(place, { kind: 'directory', mode, uid: this.uid, gid: this.gid });
  }

  async setMode(path: string, mode: number): Promise<void> {
    const entry = this.#existing('change the mode of', path);
    if (entry.kind === 'symlink') throw failure('change the mode of', path, 'ELOOP');
    entry.mode = mode;
  }

  async setOwner(path: string, uid: number, gid: number): Promise<void> {
    Object.assign(this.#existing('change the owner of', path), { uid, gid });
  }

  async stat(path: string): Promise<FileStat | null> {
    const place = this.#placeOrNull(path, 'read');
    const entry = place === null ? undefined : this.#entries.get(place);
    if (entry === undefined) return null;
    const size =
      entry.kind === 'directory' ? 4096 : entry.kind === 'symlink' ? entry.target.length : entry.bytes.length;
    const modifiedMs = entry.kind === 'file' || entry.kind === 'other' ? entry.modifiedMs : 0;
    return { kind: entry.kind, mode: entry.mode, uid: entry.uid, gid: entry.gid, size, modifiedMs };
  }

  async list(path: string): Promise<string[]> {
    const real = this.#resolve(path, 'list');
    if (real === null || this.#entries.get(real)?.kind !== 'directory') return [];
    const inside = [...this.#entries.keys()].filter((key) => key !== '/' && parentOf(key) === real);
    return inside.map((key) => key.slice(key.lastIndexOf('/') + 1)).toSorted();
  }

  async remove(path: string): Promise<void> {
    this.#check('remove', path);
    const place = this.#placeOrNull(path, 'remove');
    if (place === null || !this.#entries.has(place)) return;
    for (const key of this.#below(place)) this.#entries.delete(key);
    this.changes.push(`remove ${path}`);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#check('rename', from);
    this.#check('rename', to);
    this.#existing('rename', from);
    const source = this.#place(from, 'rename', false);
    const target = this.#place(to, 'rename', false);
    const moved = this.#below(source).map((key): [string, Entry] => [
      target + key.slice(source.length),
      this.#entries.get(key) as Entry,
    ]);
    for (const key of this.#below(source)) this.#entries.delete(key);
    for (const [key, entry] of moved) this.#entries.set(key, entry);
    this.changes.push(`rename ${from} ${to}`);
  }

  async realPath(path: string): Promise<string | null> {
    const real = this.#resolve(path, 'resolve');
    return real !== null && this.#entries.has(real) ? real : null;
  }

  async freeBytes(): Promise<number> {
    return this.free;
  }

  /** Where a path leads when every link on the way, also the last one, is followed; null when a part is missing. */
  #resolve(path: string, operation: FileOperation): string | null {
    let rest = partsOf(path);
    let real = '/';
    for (let links = 0; rest.length > 0;) {
      const [name = '', ...more] = rest;
      const next = join(real, name);
      const entry = this.#entries.get(next);
      if (entry === undefined || (more.length > 0 && (entry.kind === 'file' || entry.kind === 'other')))
        return null;
      rest = more;
      if (entry.kind !== 'symlink') {
        real = next;
        continue;
      }
      if ((links += 1) > MAX_LINKS) throw failure(operation, path, 'ELOOP');
      rest = [
        ...partsOf(entry.target.startsWith('/') ? entry.target : normalise(`${real}/${entry.target}`)),
        ...more,
      ];
      real = '/';
    }
    return real;
  }

  /** The entry's own place: links are followed up to its folder, but not the last one. */
  #placeOrNull(path: string, operation: FileOperation): string | null {
    if (path === '/') return path;
    const folder = this.#resolve(parentOf(path), operation);
    return folder === null || this.#entries.get(folder)?.kind !== 'directory'
      ? null
      : join(folder, path.slice(path.lastIndexOf('/') + 1));
  }

  #place(path: string, operation: FileOperation, create: boolean): string {
    if (new TextEncoder().encode(path.slice(path.lastIndexOf('/') + 1)).length > 255)
      throw failure(operation, path, 'ENAMETOOLONG');
    if (create) this.#makeParents(path, operation);
    const place = this.#placeOrNull(path, operation);
    if (place === null) throw failure(operation, path, 'ENOENT');
    return place;
  }

  #makeParents(path: string, operation: FileOperation = 'create'): void {
    const parent = parentOf(path);
    if (this.#resolve(parent, operation) !== null) {
      const real = this.#resolve(parent, operation) as string;
      if (this.#entries.get(real)?.kind !== 'directory') throw failure(operation, path, 'ENOTDIR');
      return;
    }
    this.#makeParents(parent, operation);
    const place = this.#placeOrNull(parent, operation);
    if (place === null) throw failure(operation, path, 'ENOTDIR');
    this.#entries.set(place, { kind: 'directory', mode: 0o755, uid: this.uid, gid: this.gid });
  }

  #existing(operation: FileOperation, path: string): Entry {
    this.#check(operation, path);
    const place = this.#placeOrNull(path, operation);
    const entry = place === null ? undefined : this.#entries.get(place);
    if (entry === undefined) throw failure(operation, path, 'ENOENT');
    return entry;
  }

  #below(place: string): string[] {
    return [...this.#entries.keys()].filter((key) => key === place || key.startsWith(`${place}/`));
  }

  #check(operation: FileOperation, path: string): void {
    for (const [failing, code] of this.#failures) {
      if (path === failing || path.startsWith(failing === '/' ? '/' : `${failing}/`))
        throw failure(operation, path, code);
    }
  }
}

function failure(operation: FileOperation, path: string, code: string): Error {
  return fileError(operation, path, Object.assign(new Error(`${code}: ${path}`), { code }));
}

function toBytes(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? new TextEncoder().encode(text) : text.slice();
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function join(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}

function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of partsOf(path)) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
