import { type ArchiveProblem, type Budget, isOutside, type Unpacked } from './zip.ts';

const BLOCK = 512;

interface Header {
  name: string;
  mode: number;
  size: number;
  type: string;
  target: string;
}

/** Unpacks a tar (ustar, GNU long names, pax paths). A member that is cut off ends it with a problem. */
export function untar(bytes: Uint8Array, budget: Budget): Unpacked {
  const result: Unpacked = { entries: [], problems: [] };
  let longName: string | null = null;
  for (let at = 0; at + BLOCK <= bytes.length;) {
    const header = readHeader(bytes.subarray(at, at + BLOCK));
    if (header === null) {
      if (!bytes.subarray(at, at + BLOCK).every((byte) => byte === 0))
        result.problems.push({ kind: 'broken', name: '' });
      break;
    }
    const data = bytes.subarray(at + BLOCK, at + BLOCK + header.size);
    at += BLOCK + Math.ceil(header.size / BLOCK) * BLOCK;
    if (data.length < header.size) {
      result.problems.push({ kind: 'broken', name: header.name });
      break;
    }
    if (header.type === 'L') longName = cString(data);
    else if (header.type === 'x') longName = paxPath(data) ?? longName;
    else if (header.type !== 'g') {
      readMember({ ...header, name: longName ?? header.name }, data, budget, result);
      longName = null;
    }
  }
  return result;
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
  const sum = block.reduce((total, byte, place) => total + (place >= 148 && place < 156 ? 32 : byte), 0);
  if (stored === null || stored !== sum) return null;
  const size = octal(block.subarray(124, 136));
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

function octal(field: Uint8Array): number | null {
  const text = cString(field).trim();
  if (text === '') return 0;
  return /^[0-7]{1,11}$/.test(text) ? Number.parseInt(text, 8) : null;
}

function cString(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}

function paxPath(data: Uint8Array): string | undefined {
  return /^\d+ path=(.*)$/m.exec(new TextDecoder().decode(data))?.[1];
}
