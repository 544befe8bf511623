/** GNU tar's header: one block of 512 bytes before each entry. Names are bytes, here one character a byte (latin1). */

export const BLOCK = 512;
const MAGIC = 'ustar  \0';
/** The header that GNU tar gives a name too long for the name field. */
const LONG_NAME = '././@LongLink';
/** Where this format keeps times of incremental backups and maps of sparse files; empty in ours. */
const UNUSED = [345, BLOCK] as const;

const KINDS = { '0': 'file', '5': 'folder', '2': 'link', '1': 'hard-link' } as const;
export type EntryKind = (typeof KINDS)[keyof typeof KINDS];

export interface TarHeader {
  /** As it stands in the block: folders end with "/", names longer than 100 bytes are cut. */
  name: string;
  /** long-name and long-target carry what does not fit into the next header. */
  kind: EntryKind | 'long-name' | 'long-target';
  mode: number;
  uid: number;
  gid: number;
  /** Bytes of content behind the header; 0 for all but files and long names. */
  size: number;
  /** Seconds since 1970. */
  mtime: number;
  /** Where a link leads. */
  target: string;
}

export class TarFormatError extends Error {}

/** Bytes that fill up the last block of `size` bytes of content. */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

export function isZeroBlock(block: Uint8Array): boolean {
  // An archive of many small files has very many of them: "every" takes several times as long.
  for (let at = 0; at < block.length; at += 1) if (block[at] !== 0) return false;
  return true;
}

/** @throws TarFormatError for whatever is not exactly what GNU tar writes for files, folders and links */
export function readHeader(block: Buffer): TarHeader {
  if (octal(block, 148, 8) !== checksum(block)) throw new TarFormatError('a header with a wrong checksum');
  if (block.toString('latin1', 257, 265) !== MAGIC) throw new TarFormatError('a header of another format');
  if (!isZeroBlock(block.subarray(...UNUSED)))
    throw new TarFormatError('a header with parts that are never used here');
  const kind = kindOf(String.fromCharCode(block[156] ?? 0));
  const size = number(block, 124, 12);
  if (size > 0 && (kind === 'folder' || kind === 'link' || kind === 'hard-link'))
    throw new TarFormatError(`a ${kind} with contents`);
  return {
    name: text(block, 0, 100),
    kind,
    mode: octal(block, 100, 8),
    uid: number(block, 108, 8),
    gid: number(block, 116, 8),
    size,
    mtime: number(block, 136, 12),
    target: text(block, 157, 100),
  };
}

/** The header of a plain file, behind that of its name where this is longer than 100 bytes. */
export function fileHeader(name: string, size: number, mode: number, mtime: number): Buffer {
  const own = headerBlock(name.slice(0, 100), { size, mode, mtime, flag: '0' });
  if (name.length <= 100) return own;
  const long = Buffer.from(`${name}\0`, 'latin1');
  const before = headerBlock(LONG_NAME, { size: long.length, mode: 0o644, mtime: 0, flag: 'L' });
  return Buffer.concat([before, long, Buffer.alloc(padding(long.length)), own]);
}

function headerBlock(
  name: string,
  { size, mode, mtime, flag }: { size: number; mode: number; mtime: number; flag: '0' | 'L' },
): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0, 'latin1');
  block.write(digits(mode, 7), 100);
  block.write(digits(0, 7), 108);
  block.write(digits(0, 7), 116);
  block.write(digits(size, 11), 124);
  block.write(digits(mtime, 11), 136);
  block.write(flag, 156);
  block.write(MAGIC, 257, 'latin1');
  block.write(`${digits(checksum(block), 6)}\0 `, 148, 'latin1');
  return block;
}

function kindOf(flag: string): TarHeader['kind'] {
  if (flag === 'L') return 'long-name';
  if (flag === 'K') return 'long-target';
  if (Object.hasOwn(KINDS, flag)) return KINDS[flag as keyof typeof KINDS];
  throw new TarFormatError(`an entry of kind ${JSON.stringify(flag)}: no file, folder or link`);
}

export function isLongNameHeader(header: TarHeader): boolean {
  return header.name === LONG_NAME;
}

/** Sum of all bytes, those of the sum itself taken as spaces. */
function checksum(block: Uint8Array): number {
  let sum = 8 * 32;
  for (let at = 0; at < BLOCK; at += 1) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum;
}

function text(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  if (end === -1) return field.toString('latin1');
  if (!isZeroBlock(field.subarray(end))) throw new TarFormatError('a name with something behind its end');
  return field.toString('latin1', 0, end);
}

/** Octal digits, or big-endian bytes where those do not reach (files above 8 GiB). */
function number(block: Buffer, at: number, length: number): number {
  if (block[at] !== 0x80) return octal(block, at, length);
  const value = block.subarray(at + 1, at + length).reduce((sum, byte) => sum * 256 + byte, 0);
  if (!Number.isSafeInteger(value)) throw new TarFormatError('a number that is too large');
  return value;
}

function octal(block: Buffer, at: number, length: number): number {
  const found = /^([0-7]+)[\0 ]{0,2}$/.exec(block.toString('latin1', at, at + length));
  const value = Number.parseInt(found?.[1] ?? '', 8);
  if (Number.isNaN(value)) throw new TarFormatError('a header with a broken number');
  return value;
}

function digits(value: number, length: number): string {
  return value.toString(8).padStart(length, '0');
}
