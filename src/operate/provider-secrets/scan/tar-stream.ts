/** A plain file in a tar archive. */
export interface TarEntry {
  name: string;
  size: number;
}

/** Takes the bytes of one entry. */
export interface EntrySink {
  push(bytes: Uint8Array): void;
  end(): void;
}

const BLOCK = 512;
const PLAIN_FILES = new Set(['0', '\0', '7']);
/** Records with long names are short; a larger one is no record. */
const MAX_RECORD = 1024 * 1024;

/**
 * Reads a tar archive (ustar, GNU and pax names) that comes in pieces, and hands each plain file on as it comes. Nothing is
 * written anywhere, so that names in the archive can do no harm.
 */
export class TarStream {
  readonly #open: (entry: TarEntry) => EntrySink | null;
  #head: Buffer = Buffer.alloc(0);
  #left = 0;
  #padding = 0;
  #sink: EntrySink | null = null;
  #record: { type: string; parts: Buffer[] } | null = null;
  #longName: string | null = null;
  /** True after bytes that are no tar archive. */
  isBroken = false;

  /** @param open gives what takes a file's bytes; null when nobody wants them */
  constructor(open: (entry: TarEntry) => EntrySink | null) {
    this.#open = open;
  }

  push(bytes: Uint8Array): void {
    let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    while (rest.length > 0 && !this.isBroken) {
      if (this.#left > 0) rest = this.#content(rest);
      else if (this.#padding > 0) {
        const skip = Math.min(this.#padding, rest.length);
        this.#padding -= skip;
        rest = rest.subarray(skip);
      } else rest = this.#header(rest);
    }
  }

  #content(bytes: Buffer): Buffer {
    const part = bytes.subarray(0, this.#left);
    this.#left -= part.length;
    this.#record?.parts.push(Buffer.from(part));
    this.#sink?.push(part);
    if (this.#left === 0) this.#close();
    return bytes.subarray(part.length);
  }

  #header(bytes: Buffer): Buffer {
    const missing = BLOCK - this.#head.length;
    this.#head = Buffer.concat([this.#head, bytes.subarray(0, missing)]);
    const rest = bytes.subarray(missing);
    if (this.#head.length < BLOCK) return rest;
    const head = this.#head;
    this.#head = Buffer.alloc(0);
    if (head.every((byte) => byte === 0)) return rest;
    const size = numberAt(head, 124, 12);
    if (size === null || head.toString('latin1', 257, 262) !== 'ustar') {
      this.isBroken = true;
      return rest;
    }
    this.#begin(head, size);
    return rest;
  }

  #begin(head: Buffer, size: number): void {
    const type = head.toString('latin1', 156, 157);
    this.#left = size;
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
    this.#sink = null;
    this.#record = null;
    if ((type === 'L' || type === 'x') && size <= MAX_RECORD) this.#record = { type, parts: [] };
    else this.#beginFile(head, type, size);
    if (size === 0) this.#close();
  }

  #beginFile(head: Buffer, type: string, size: number): void {
    const name = this.#longName ?? nameIn(head);
    // A global record and the name of a link's target come before the file that a name is for.
    if (type !== 'g' && type !== 'K') this.#longName = null;
    if (PLAIN_FILES.has(type)) this.#sink = this.#open({ name, size });
  }

  #close(): void {
    if (this.#record !== null) {
      const text = Buffer.concat(this.#record.parts).toString('utf8');
      if (this.#record.type === 'L') this.#longName = text.replace(/\0.*$/s, '');
      else this.#longName = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1] ?? this.#longName;
    }
    this.#record = null;
    this.#sink?.end();
    this.#sink = null;
  }
}

function nameIn(head: Buffer): string {
  const [prefix, name] = [textAt(head, 345, 155), textAt(head, 0, 100)];
  // GNU tar has other things in the place of the prefix.
  const isGnu = head.toString('latin1', 257, 265) === 'ustar  \0';
  return prefix === '' || isGnu ? name : `${prefix}/${name}`;
}

function textAt(head: Buffer, start: number, length: number): string {
  const bytes = head.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}

/** Octal, or base 256 for sizes from 8 GiB. */
function numberAt(head: Buffer, start: number, length: number): number | null {
  if (((head[start] ?? 0) & 0x80) !== 0) {
    const value = head.readBigUInt64BE(start + length - 8);
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null;
  }
  const text = textAt(head, start, length).trim();
  return /^[0-7]*$/.test(text) ? Number.parseInt(text || '0', 8) : null;
}
