import { posix } from 'node:path';
import { parseOsRelease } from '../../engine/requirements.ts';
import { type EntrySink, type TarEntry, TarStream } from '../provider-secrets/scan/tar-stream.ts';
import { licencesIn, parseDpkgStatus } from './debian-packages.ts';
import { NodeReleaseSearch } from './find-in-bytes.ts';
import { emptyInventory, type ImageInventory, type NpmPackage } from './inventory.ts';
import {
  integrityKey,
  isOpenClaw,
  isPackageFolder,
  parseInstalledLock,
  parseManifest,
} from './npm-packages.ts';

const MIB = 1024 * 1024;
/** Far above anything that is real: an image made to exhaust its reader ends here. */
const MAX_KEPT = 1024 * MIB;
const NODE_PROGRAM = /(?:^|\/)bin\/node(?:js)?$/;
/** Programs that only start another one are smaller. */
const SMALLEST_NODE = MIB;

const OTHER_DATABASES = new Map([
  ['lib/apk/db/installed', "Alpine's packages"],
  ['usr/lib/apk/db/installed', "Alpine's packages"],
  ['var/lib/rpm/rpmdb.sqlite', 'RPM packages'],
  ['usr/lib/sysimage/rpm/rpmdb.sqlite', 'RPM packages'],
  ['var/lib/rpm/Packages', 'RPM packages'],
]);

type Reader = (path: string, content: string) => void;

interface Kind {
  matches: RegExp;
  /** A larger one is told as unreadable. */
  maxBytes: number;
  read: Reader;
}

/**
 * Reads the archive of an image's files, as it comes, into an inventory. Nothing is written and nothing of the image is run,
 * so that it needs neither a shell nor Node in it, and hostile names do no harm.
 */
export class InventoryCollector {
  readonly #inventory = emptyInventory();
  readonly #stream = new TarStream((entry) => this.#open(entry));
  readonly #licences = new Map<string, string[]>();
  readonly #locks = new Map<string, Map<string, string>>();
  readonly #kinds: readonly Kind[] = [
    { matches: /^var\/lib\/dpkg\/status$/, maxBytes: 64 * MIB, read: (path, text) => this.#dpkg(path, text) },
    // Images without a package manager have one file for each package.
    { matches: /^var\/lib\/dpkg\/status\.d\/[^/.][^/]*(?<!\.md5sums)$/, maxBytes: MIB, read: (path, text) => this.#dpkg(path, text) },
    { matches: /^(?:usr\/lib|etc)\/os-release$/, maxBytes: MIB, read: (path, text) => this.#osRelease(path, text) },
    { matches: /^usr\/share\/doc\/[^/]+\/copyright$/, maxBytes: 4 * MIB, read: (path, text) => this.#copyright(path, text) },
    { matches: /(?:^|\/)node_modules\/\.package-lock\.json$/, maxBytes: 64 * MIB, read: (path, text) => this.#lock(path, text) },
    { matches: /(?:^|\/)package\.json$/, maxBytes: 4 * MIB, read: (path, text) => this.#manifest(path, text) },
  ]; // prettier-ignore
  #kept = 0;

  push(bytes: Uint8Array): void {
    this.#stream.push(bytes);
  }

  /** True after bytes that are no archive, or more than can be held. */
  get isBroken(): boolean {
    return this.#stream.isBroken || this.#kept > MAX_KEPT;
  }

  /** What was found, in an order that does not depend on that of the archive. */
  finish(): ImageInventory {
    const { debian, npm, openclaw, node, otherDatabases, unreadable, ...rest } = this.#inventory;
    return {
      ...rest,
      debian: debian
        .map((one) => ({ ...one, licences: this.#licences.get(one.name) ?? [] }))
        .toSorted(by(({ name, architecture }) => `${name} ${architecture}`)),
      npm: npm.map((one) => this.#withIntegrity(one)).toSorted(by(({ path }) => path)),
      openclaw: openclaw.toSorted(by(({ path }) => path)),
      node: node.toSorted(by(({ path }) => path)),
      otherDatabases: [...new Set(otherDatabases)].toSorted(),
      unreadable: unreadable.toSorted(by(({ path }) => path)),
    };
  }

  #open({ name, size }: TarEntry): EntrySink | null {
    const path = posix.normalize(name).replace(/^\//, '');
    const other = OTHER_DATABASES.get(path);
    if (other !== undefined) this.#inventory.otherDatabases.push(other);
    if (NODE_PROGRAM.test(path) && size >= SMALLEST_NODE) return this.#node(path);
    const kind = this.#kinds.find(({ matches }) => matches.test(path));
    if (kind === undefined) return null;
    if (size > kind.maxBytes) {
      this.#unreadable(path, 'it is too large');
      return null;
    }
    this.#kept += size;
    if (this.#kept > MAX_KEPT) return null;
    const parts: Buffer[] = [];
    return {
      push: (bytes) => parts.push(Buffer.from(bytes)),
      end: () => kind.read(path, Buffer.concat(parts).toString('utf8')),
    };
  }

  #node(path: string): EntrySink {
    const search = new NodeReleaseSearch();
    return {
      push: (bytes) => search.push(bytes),
      end: () => {
        if (search.version === null) this.#unreadable(path, 'it does not say which release of Node it is');
        else this.#inventory.node.push({ path: `/${path}`, version: search.version });
      },
    };
  }

  #dpkg(path: string, content: string): void {
    const { packages, broken } = parseDpkgStatus(content);
    // No spread: an image may name more than fit on the stack.
    for (const one of packages) this.#inventory.debian.push(one);
    if (broken > 0) this.#unreadable(path, `${broken} of its entries cannot be understood`);
  }

  #osRelease(path: string, content: string): void {
    // The one in /etc is a link to the other, or the only one.
    if (this.#inventory.os !== null && path.startsWith('etc/')) return;
    const { id, versionId, codename, name } = parseOsRelease(content);
    this.#inventory.os = { id, versionId, codename, name };
  }

  #copyright(path: string, content: string): void {
    this.#licences.set(posix.basename(posix.dirname(path)), licencesIn(content));
  }

  #lock(path: string, content: string): void {
    const hashes = parseInstalledLock(content);
    if (hashes === null) this.#unreadable(path, 'it is no lock of npm');
    else this.#locks.set(posix.dirname(posix.dirname(path)), hashes);
  }

  #manifest(path: string, content: string): void {
    const folder = posix.dirname(path);
    const found = parseManifest(content);
    if (found === null) {
      if (isPackageFolder(folder) && content.trim() !== '')
        this.#unreadable(path, 'it names no package and version');
      return;
    }
    const { name, version, licence } = found;
    if (isOpenClaw(found)) this.#inventory.openclaw.push({ name, version, path: `/${folder}` });
    if (!isPackageFolder(folder) && !isOpenClaw(found)) return;
    this.#inventory.npm.push({ name, version, path: `/${folder}`, licence, integrity: null });
  }

  #withIntegrity(one: NpmPackage): NpmPackage {
    for (const [root, hashes] of this.#locks) {
      const inside = posix.relative(`/${root}`, one.path);
      const integrity = inside.startsWith('../') ? undefined : hashes.get(integrityKey(inside, one.version));
      if (integrity !== undefined) return { ...one, integrity };
    }
    return one;
  }

  #unreadable(path: string, why: string): void {
    this.#inventory.unreadable.push({ path: `/${path}`, why });
  }
}

/** By code units: the same on every machine. */
function by<T>(key: (value: T) => string): (a: T, b: T) => number {
  return (a, b) => {
    const [first, second] = [key(a), key(b)];
    return first < second ? -1 : Number(first > second);
  };
}
