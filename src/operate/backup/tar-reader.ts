import {
  BLOCK,
  isLongNameHeader,
  isZeroBlock,
  padding,
  readHeader,
  TarFormatError,
  type TarHeader,
} from './tar-header.ts';

/** One entry of an archive; its name in full, with the "/" of folders taken away. */
export interface TarEntry extends Omit<TarHeader, 'kind'> {
  kind: 'file' | 'folder' | 'link' | 'hard-link';
}

/** What the reader calls, in the order of the archive. All are synchronous; what they throw ends the reading. */
export interface TarListener {
  entry(entry: TarEntry): void;
  /** Contents of the file that was announced last. */
  content(bytes: Buffer): void;
  end(entry: TarEntry): void;
  /**
   * Headers, contents and padding as they stand in the archive, without its end mark.
   * @param isHead true for what comes before the entry that it belongs to is announced
   */
  raw?(bytes: Buffer, isHead: boolean): void;
}

const MAX_NAME = 4096;

/**
 * Reads a tar archive piece by piece, holding no more than a block and a name. It knows what GNU tar writes for files,
 * folders and links, and refuses everything else.
 */
export class TarReader {
  readonly #listener: TarListener;
  #partial = Buffer.alloc(0);
  #entry: TarEntry | null = null;
  #long: { kind: 'long-name' | 'long-target'; parts: Buffer[] } | null = null;
  #name: string | null = null;
  #target: string | null = null;
  #content = 0;
  #padding = 0;
  #zeroBlocks = 0;

  constructor(listener: TarListener) {
    this.#listener = listener;
  }

  /** True when the mark of the archive's end was read; only zeros may follow. */
  get ended(): boolean {
    return this.#zeroBlocks >= 2;
  }

  /** @throws TarFormatError */
  push(piece: Uint8Array): void {
    let rest = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    if (this.#partial.length > 0) {
      rest = Buffer.concat([this.#partial, rest]);
      this.#partial = Buffer.alloc(0);
    }
    while (rest.length > 0) {
      const taken = this.#take(rest);
      if (taken === 0) {
        this.#partial = Buffer.from(rest);
        return;
      }
      rest = rest.subarray(taken);
    }
  }

  /** Call it when nothing more comes. @throws TarFormatError when the archive is cut short */
  finish(): void {
    if (!this.ended || !isZeroBlock(this.#partial)) throw new TarFormatError('the archive is cut short');
  }

  /** Bytes that were used up; 0 = more are needed. */
  #take(bytes: Buffer): number {
    if (this.#content > 0) return this.#takeContent(bytes);
    if (this.#padding > 0) return this.#takePadding(bytes);
    if (bytes.length < BLOCK) return 0;
    this.#takeHeader(bytes.subarray(0, BLOCK));
    return BLOCK;
  }

  #takeContent(bytes: Buffer): number {
    const part = bytes.subarray(0, this.#content);
    this.#content -= part.length;
    this.#listener.raw?.(part, this.#long !== null);
    if (this.#long === null) this.#listener.content(part);
    else this.#long.parts.push(Buffer.from(part));
    if (this.#content === 0 && this.#padding === 0) this.#endContent();
    return part.length;
  }

  #takePadding(bytes: Buffer): number {
    const part = bytes.subarray(0, this.#padding);
    if (!isZeroBlock(part)) throw new TarFormatError('something behind the end of a file');
    this.#padding -= part.length;
    this.#listener.raw?.(part, this.#long !== null);
    if (this.#padding === 0) this.#endContent();
    return part.length;
  }

  #takeHeader(block: Buffer): void {
    if (isZeroBlock(block)) {
      if (this.#name !== null || this.#target !== null) throw new TarFormatError('a name without its entry');
      this.#zeroBlocks += 1;
      return;
    }
    if (this.#zeroBlocks > 0) throw new TarFormatError('something behind the end of the archive');
    const header = readHeader(block);
    this.#listener.raw?.(block, true);
    if (header.kind === 'long-name' || header.kind === 'long-target') this.#beginLong(header, header.kind);
    else this.#beginEntry({ ...header, kind: header.kind });
    this.#content = header.size;
    this.#padding = padding(header.size);
    if (header.size === 0) this.#endContent();
  }

  #beginLong(header: TarHeader, kind: 'long-name' | 'long-target'): void {
    if (!isLongNameHeader(header) || header.size < 2 || header.size > MAX_NAME + 1)
      throw new TarFormatError('a long name that is none');
    if ((kind === 'long-name' ? this.#name : this.#target) !== null)
      throw new TarFormatError('two long names for one entry');
    this.#long = { kind, parts: [] };
  }

  #beginEntry(header: TarEntry): void {
    const name = this.#name ?? header.name;
    const target = this.#target ?? header.target;
    this.#name = null;
    this.#target = null;
    const isFolder = header.kind === 'folder';
    if (name.endsWith('/') !== isFolder) throw new TarFormatError('a name that does not fit its kind');
    this.#entry = { ...header, name: isFolder ? name.slice(0, -1) : name, target };
    this.#listener.entry(this.#entry);
  }

  #endContent(): void {
    if (this.#long !== null) {
      const { kind, parts } = this.#long;
      const bytes = Buffer.concat(parts);
      if (bytes.indexOf(0) !== bytes.length - 1) throw new TarFormatError('a long name that does not end');
      const value = bytes.toString('latin1', 0, bytes.length - 1);
      if (kind === 'long-name') this.#name = value;
      else this.#target = value;
      this.#long = null;
    } else if (this.#entry !== null) {
      this.#listener.end(this.#entry);
      this.#entry = null;
    }
  }
}
