import type { Collector } from './collector.ts';
import { isTar, TarSearcher } from './search-tar.ts';
import { type EntrySink, type TarEntry, TarStream } from './tar-stream.ts';

/** Files of which even what only looks like a key does not belong into an image. */
const SECRET_FILES =
  /(?:^|\/)(?:\.env(?:\.[^/]*)?|\.npmrc|\.netrc|\.pypirc|\.git-credentials|\.htpasswd|auth-profiles\.json|openclaw\.json|id_(?:rsa|dsa|ecdsa|ed25519))$/;
/** What tells an archive from anything else is within this many bytes. */
const ENOUGH = 512;
const MAX_DESCRIPTION = 4 * 1024 * 1024;

/**
 * Searches what `docker save` writes: an archive with the description of each image, and one archive for each layer. A
 * file that a later layer deletes is still in its own.
 */
export class ImageArchive {
  readonly layers: TarSearcher[] = [];
  /** Layers that are packed, and so cannot be searched piece by piece. */
  packed = 0;
  readonly #collector: Collector;
  readonly #stream: TarStream;

  constructor(collector: Collector) {
    this.#collector = collector;
    this.#stream = new TarStream((entry) => this.#open(entry));
  }

  get isBroken(): boolean {
    return this.#stream.isBroken || this.layers.some((layer) => layer.isBroken);
  }

  push(bytes: Uint8Array): void {
    this.#stream.push(bytes);
  }

  async finish(): Promise<void> {
    for (const layer of this.layers) await layer.finish();
  }

  #open({ name, size }: TarEntry): EntrySink | null {
    if (size === 0) return null;
    // Older engines call a layer "<id>/layer.tar", newer ones "blobs/sha256/<digest>" like all else.
    const isDescription = name.endsWith('.json') || size < MAX_DESCRIPTION;
    if (/(?:^|\/)(?:VERSION|repositories)$/.test(name)) return null;
    let first = Buffer.alloc(0);
    let sink: EntrySink | null = null;
    const begin = (): EntrySink => {
      const chosen = this.#choose(name, first, isDescription);
      chosen.push(first);
      return chosen;
    };
    return {
      push: (bytes) => {
        if (sink !== null) return sink.push(bytes);
        first = Buffer.concat([first, bytes]);
        if (first.length >= ENOUGH) sink = begin();
      },
      end: () => (sink ?? begin()).end(),
    };
  }

  #choose(name: string, first: Uint8Array, isDescription: boolean): EntrySink {
    const id = name
      .replace(/\/layer\.tar$/, '')
      .replace(/^blobs\/sha256\//, '')
      .slice(0, 12);
    if (name.endsWith('layer.tar') || isTar(first)) return this.#layer(id);
    if (first[0] === 0x1f && first[1] === 0x8b) this.packed += 1;
    else if (isDescription) {
      const searcher = this.#collector.searcher(true);
      return {
        push: (bytes) => searcher.push(bytes),
        end: () => this.#collector.add(`description ${id} of an image`, searcher.end()),
      };
    }
    return { push: () => undefined, end: () => undefined };
  }

  #layer(id: string): EntrySink {
    const layer = new TarSearcher(this.#collector, {
      place: (member) => `layer ${id} of an image, /${member}`,
      thorough: (member) => SECRET_FILES.test(member),
    });
    this.layers.push(layer);
    return { push: (bytes) => layer.push(bytes), end: () => undefined };
  }
}
