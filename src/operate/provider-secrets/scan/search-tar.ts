import { unpacked } from './unpack.ts';
import { isSettingsFile, namedSecrets } from './named-secrets.ts';
import type { Collector, Expected } from './collector.ts';
import { type EntrySink, type TarEntry, TarStream } from './tar-stream.ts';

/** What was searched of an archive. */
export interface TarSummary {
  files: number;
  bytes: number;
  /** What could not be searched, with the reason: "old.tar.age (encrypted)". */
  closed: string[];
}

export interface TarSearch {
  /** Makes a place of a name in the archive. */
  place: (name: string) => string;
  /** Names that are left out: where the keys have to be. */
  isHome?: (name: string) => boolean;
  /** Also look for what looks like a key. */
  thorough: (name: string) => boolean;
  expected?: Expected;
}

const MAX_SETTINGS = 1024 * 1024;
/** Packed files wait in memory for being opened; more of them than this together are not. */
const MAX_WAITING = 256 * 1024 * 1024;
const MAX_OPENED = 512 * 1024 * 1024;
const COMPRESSED = /\.(?:t?gz|tar\.gz)$/i;
const CLOSED: readonly [RegExp, string][] = [
  [/\.(?:age|gpg|pgp|enc)$/i, 'encrypted'],
  [/\.(?:zip|7z|xz|txz|bz2|tbz2?|zst|tzst|rar)$/i, 'packed in a way that is not opened'],
];

/** Searches all plain files of a tar archive, and of archives packed with gzip in it. */
export class TarSearcher {
  readonly summary: TarSummary = { files: 0, bytes: 0, closed: [] };
  readonly #collector: Collector;
  readonly #search: TarSearch;
  readonly #stream: TarStream;
  readonly #packed: { name: string; bytes: Buffer }[] = [];
  #waiting = 0;

  constructor(collector: Collector, search: TarSearch) {
    this.#collector = collector;
    this.#search = search;
    this.#stream = new TarStream((entry) => this.#open(entry));
  }

  get isBroken(): boolean {
    return this.#stream.isBroken;
  }

  push(bytes: Uint8Array): void {
    this.#stream.push(bytes);
  }

  #open({ name: written, size }: TarEntry): EntrySink | null {
    const name = written.replace(/^(?:\.\/)+/, '');
    const { isHome, place } = this.#search;
    if (isHome?.(name) === true) return null;
    const closed = CLOSED.find(([pattern]) => pattern.test(name));
    if (closed !== undefined) {
      this.summary.closed.push(`${place(name)} (${closed[1]})`);
      return null;
    }
    this.summary.files += 1;
    this.summary.bytes += size;
    return COMPRESSED.test(name) && !isPartOfProgram(name)
      ? this.#unpacked(name, size)
      : this.#plain(name, size);
  }

  #plain(name: string, size: number): EntrySink {
    const { place, thorough, expected } = this.#search;
    const isThorough = thorough(name) && !isPartOfProgram(name);
    // In settings, the names tell what is a key.
    const parts: Buffer[] | null = isThorough && size <= MAX_SETTINGS && isSettingsFile(name) ? [] : null;
    const searcher = this.#collector.searcher(isThorough && parts === null);
    return {
      push: (bytes) => {
        searcher.push(bytes);
        parts?.push(Buffer.from(bytes));
      },
      end: () => {
        const named =
          parts === null
            ? []
            : namedSecrets(Buffer.concat(parts).toString('utf8'), name, this.#collector.namesIn);
        this.#collector.add(place(name), [...searcher.end(), ...named], expected);
      },
    };
  }

  #unpacked(name: string, size: number): EntrySink | null {
    const { place } = this.#search;
    if (this.#waiting + size > MAX_WAITING) {
      this.summary.closed.push(`${place(name)} (packed, and too large to be opened here)`);
      return null;
    }
    this.#waiting += size;
    const parts: Buffer[] = [];
    return {
      push: (bytes) => parts.push(Buffer.from(bytes)),
      end: () => this.#packed.push({ name, bytes: Buffer.concat(parts) }),
    };
  }

  /** Searches the packed files that came by; nothing may be pushed afterwards. */
  async finish(): Promise<void> {
    for (const { name, bytes } of this.#packed.splice(0)) {
      try {
        await this.#searchUnpacked(name, bytes);
      } catch {
        this.summary.closed.push(`${this.#search.place(name)} (packed, and it cannot be opened)`);
      }
    }
  }

  async #searchUnpacked(name: string, packed: Buffer): Promise<void> {
    const { place, ...search } = this.#search;
    const inner = new TarSearcher(this.#collector, {
      ...search,
      place: (member) => `${place(name)}, ${member}`,
    });
    let sink: EntrySink | null = null;
    for await (const bytes of unpacked(packed, MAX_OPENED)) {
      sink ??= isTar(bytes)
        ? { push: (part) => inner.push(part), end: () => undefined }
        : this.#plain(name, Infinity);
      sink.push(bytes);
    }
    sink?.end();
    await inner.finish();
    this.summary.files += inner.summary.files;
    this.summary.closed.push(...inner.summary.closed);
  }
}

/** By the first piece of it. */
export function isTar(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(257, 262)).toString('latin1') === 'ustar';
}

/** Programs hold examples of keys; known keys are searched for there, too, but nothing that only looks like one. */
function isPartOfProgram(name: string): boolean {
  return /(?:^|\/)(?:node_modules|control-ui-assets)\//.test(name);
}
