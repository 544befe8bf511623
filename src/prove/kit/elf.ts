export type KitArch = 'x64' | 'arm64';

const HEADER = 64;
const PROGRAM_HEADER = 56;
const PROGRAM_HEADERS = 2;
/** Offset of the first instruction in the file. */
export const CODE_OFFSET = HEADER + PROGRAM_HEADERS * PROGRAM_HEADER;
const LOAD_ADDRESS = 0x40_0000;
/** The largest page of arm64 kernels; kernels with smaller ones take it as well. */
const ALIGNMENT = 0x1_0000;

/** e_machine, System V ABI. */
export const MACHINES: Readonly<Record<KitArch, number>> = { x64: 62, arm64: 183 };

const LOAD = 1;
const GNU_STACK = 0x6474_e551;
const EXECUTE = 1;
const WRITE = 2;
const READ = 4;

/**
 * A static ELF64 program of nothing but this code. It has one segment, readable and executable; what the code writes to is
 * its stack, which is not executable.
 */
export function staticElf(arch: KitArch, code: Uint8Array): Uint8Array {
  const file = new Uint8Array(CODE_OFFSET + code.length);
  const view = new DataView(file.buffer);
  // Magic, 64 bit, little endian, version 1, System V.
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]);
  view.setUint16(16, 2, true); // an executable at a fixed address
  view.setUint16(18, MACHINES[arch], true);
  view.setUint32(20, 1, true);
  view.setBigUint64(24, BigInt(LOAD_ADDRESS + CODE_OFFSET), true);
  view.setBigUint64(32, BigInt(HEADER), true);
  view.setUint16(52, HEADER, true);
  view.setUint16(54, PROGRAM_HEADER, true);
  view.setUint16(56, PROGRAM_HEADERS, true);
  view.setUint16(58, 64, true); // size of a section header, of which there are none
  writeProgramHeader(view, HEADER, LOAD, READ | EXECUTE, LOAD_ADDRESS, file.length, ALIGNMENT);
  writeProgramHeader(view, HEADER + PROGRAM_HEADER, GNU_STACK, READ | WRITE, 0, 0, 16);
  file.set(code, CODE_OFFSET);
  return file;
}

function writeProgramHeader(
  view: DataView,
  at: number,
  type: number,
  flags: number,
  address: number,
  size: number,
  alignment: number,
): void {
  view.setUint32(at, type, true);
  view.setUint32(at + 4, flags, true);
  view.setBigUint64(at + 16, BigInt(address), true);
  view.setBigUint64(at + 24, BigInt(address), true);
  view.setBigUint64(at + 32, BigInt(size), true);
  view.setBigUint64(at + 40, BigInt(size), true);
  view.setBigUint64(at + 48, BigInt(alignment), true);
}
