import { type ArchiveProblem, type Budget, isOutside, type Unpacked } from './zip.ts';

const BLOCK = 512;

interface Header {
  name: string;
  mode: number;
  size: number;
  type: string;
  target: string;
}

/** Unpacks a tar (ustar, GNU long names, pax paths and sizes). A member that is cut off ends it with a problem. */
export function untar(bytes: Uint8Array, budget: Budget): Unpacked {
  const result: Unpacked = { entries: [], problems: [] };
  const next: Extended = {};
  let at = 0;
  while (at + BLOCK <= bytes.length) {
    const header = readHeader(bytes.subarray(at, at + BLOCK));
    if (header === null) break;
    if (!isExtension(header)) header.size = next.size ?? header.size;
    const data = bytes.subarray(at + BLOCK, at + BLOCK + header.size);
    at += BLOCK + Math.ceil(header.size / BLOCK) * BLOCK;
    if (data.length < header.size) {
      result.problems.push({ kind: 'broken', name: header.name });
      break;
    }
    if (isExtension(header)) readExtension(header, data, next, result);
    else {
      readMember({ ...header, name: next.name ?? header.name }, data, budget, result);
      delete next.name;
      delete next.size;
    }
  }
  // What stands behind the end is not unpacked here, and may be by somebody else.
  if (!isZeros(bytes, at)) result.problems.push({ kind: 'broken', name: '' });
  return result;
}

function readExtension({ type, name }: Header, data: Uint8Array, next: Extended, result: Unpacked): void {
  if (type === 'L') next.name = cString(data);
  else if (type === 'x') Object.assign(next, readPax(data));
  // Nobody writes one name or size for all members.
  else if (Object.keys(readPax(data)).length > 0) result.problems.push({ kind: 'broken', name });
}

/** What headers in front of a member say of it. */
interface Extended {
  name?: string;
  size?: number;
}

const isExtension = ({ type }: Header): boolean => type === 'L' || type === 'x' || type === 'g';

function isZeros(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < bytes.length; at += 1) if (bytes[at] !== 0) return false;
  return true;
}

export function isTar(bytes: Uint8Array): boolean {
  return bytes.length >= BLOCK && readHeader(bytes.subarray(0, BLOCK)) !== null;
}

function readMember(
  { name, mode, type, target }: Header,
  data: Uint8Array,
  budget: Budget,
  result: Unpacked,
): void {
  const problem = (kind: ArchiveProblem['kind']): void => void result.problems.push({ kind, name });
  if (type === '5') return;
  if (isOutside(name)) problem('outside');
  if (type === '1' || type === '2') {
    result.entries.push({ path: name, kind: 'link', bytes: new Uint8Array(), mode, target });
    return problem('link');
  }
  if (type !== '0' && type !== '\0' && type !== '7') return problem('broken');
  budget.bytes -= data.length;
  budget.files -= 1;
  if (budget.bytes < 0 || budget.files < 0) return problem('too-large');
  result.entries.push({ path: name, kind: 'file', bytes: data, mode: mode & 0o777 });
}

/** Null for what is no header: its checksum is wrong. */
function readHeader(block: Uint8Array): Header | null {
  const stored = octal(block.subarray(148, 156));
  if (stored === null || !isSum(block, stored)) return null;
  const size = sizeOf(block.subarray(124, 136));
  if (size === null) return null;
  const isUstar = cString(block.subarray(257, 262)) === 'ustar';
  const prefix = isUstar ? cString(block.subarray(345, 500)) : '';
  const name = cString(block.subarray(0, 100));
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    mode: octal(block.subarray(100, 108)) ?? 0o644,
    size,
    type: String.fromCharCode(block[156] ?? 0),
    target: cString(block.subarray(157, 257)),
  };
}

/** Old programs added signed bytes, and readers accept both. */
function isSum(block: Uint8Array, stored: number): boolean {
  let sum = 8 * 32;
  let high = 0;
  for (const [place, byte] of block.entries()) {
    if (place >= 148 && place < 156) continue;
    sum += byte;
    if (byte > 127) high += 256;
  }
  return stored === sum || stored === sum - high;
}

/** In octal, or for large ones in base 256 behind a byte 0x80. */
function sizeOf(field: Uint8Array): number | null {
  if (((field[0] ?? 0) & 0x80) === 0) return octal(field);
  if (field[0] !== 0x80) return null;
  const size = field.subarray(1).reduce((total, byte) => total * 256 + byte, 0);
  return Number.isSafeInteger(size) ? size : null;
}

function octal(field: Uint8Array): number | null {
  const text = cString(field).trim();
  if (text === '') return 0;
  return /^[0-7]{1,11}$/.test(text) ? Number.parseInt(text, 8) : null;
}

function cString(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}

/** Records "LENGTH KEY=VALUE\n"; a value may hold line ends. */
function readPax(data: Uint8Array): Extended {
  const extended: Extended = {};
  for (let at = 0; at < data.length;) {
    const length = Number(/^\d{1,9}(?= )/.exec(cString(data.subarray(at, at + 12)))?.[0] ?? 0);
    if (length === 0) break;
    const [, key, value = ''] =
      /^\d+ ([^=]*)=([^]*)\n$/.exec(new TextDecoder().decode(data.subarray(at, at + length))) ?? [];
    if (key === 'path') extended.name = value;
    // A size that is none is larger than any file: the member is cut off.
    if (key === 'size') extended.size = /^\d{1,15}$/.test(value) ? Number(value) : Number.MAX_SAFE_INTEGER;
    at += length;
  }
  return extended;
}
