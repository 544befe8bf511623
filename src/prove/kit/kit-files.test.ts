import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeResults, encodeTable, type NumberedCall } from '../payload/syscall-table.ts';
import { CODE_OFFSET } from './elf.ts';
import { kitFiles, SETUID_PROGRAM, SYSCALL_PROGRAM } from './kit-files.ts';

const arches = ['x64', 'arm64'] as const;
const isRunnable = process.platform === 'linux' && process.arch === 'x64';
const folder = mkdtempSync(join(tmpdir(), 'clawproof-kit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bytesOf(arch: (typeof arches)[number], path: string): Uint8Array {
  const file = kitFiles(arch).find((one) => one.path === path);
  if (!(file?.content instanceof Uint8Array)) throw new Error(`no bytes of ${path}`);
  return file.content;
}

describe.each(arches)('the kit for %s', (arch) => {
  it.each([SYSCALL_PROGRAM, SETUID_PROGRAM])(
    '%s is a static program for this machine, bytes and all',
    (path) => {
      const file = bytesOf(arch, path);
      expect(bytesOf(arch, path)).toEqual(file);
      const view = new DataView(file.buffer);
      expect([...file.subarray(0, 7)]).toEqual([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
      expect(view.getUint16(16, true)).toBe(2);
      expect(view.getUint16(18, true)).toBe(arch === 'x64' ? 62 : 183);
      expect(view.getBigUint64(24, true)).toBe(0x40_0000n + BigInt(CODE_OFFSET));
    },
  );

  it('has no segment that can be written and executed, and no executable stack', () => {
    const file = bytesOf(arch, SYSCALL_PROGRAM);
    const view = new DataView(file.buffer);
    const headers = [0, 1].map((index) => ({
      type: view.getUint32(64 + index * 56, true),
      flags: view.getUint32(64 + index * 56 + 4, true),
      size: Number(view.getBigUint64(64 + index * 56 + 32, true)),
    }));
    expect(headers).toEqual([
      { type: 1, flags: 5, size: file.length },
      { type: 0x6474_e551, flags: 6, size: 0 },
    ]);
  });

  it('gives root only the program that can do nothing', () => {
    expect(kitFiles(arch).map(({ path, mode, uid, gid }) => [path, mode.toString(8), uid, gid])).toEqual([
      [SYSCALL_PROGRAM, '755', 0, 0],
      [SETUID_PROGRAM, '4755', 0, 0],
    ]);
  });
});

/** Words of the code, as a disassembler reads them. */
function words(path: string): number[] {
  const file = bytesOf('arm64', path);
  const view = new DataView(file.buffer);
  return Array.from({ length: (file.length - CODE_OFFSET) / 4 }, (_, index) =>
    view.getUint32(CODE_OFFSET + index * 4, true),
  );
}

describe('arm64 code', () => {
  // Encodings from the Arm Architecture Reference Manual, checked with objdump and run under an emulator.
  it('is encoded as the manual says', () => {
    expect(words(SETUID_PROGRAM)).toEqual([
      0xd100_43ff, // sub sp, sp, #16
      0xd280_15c8, // mov x8, #174
      0xd400_0001, // svc #0
      0xf900_03e0, // str x0, [sp]
      0xd280_15e8, // mov x8, #175
      0xd400_0001, // svc #0
      0xf900_07e0, // str x0, [sp, #8]
      0xd280_0020, // mov x0, #1
      0x9100_03e1, // mov x1, sp
      0xd280_0202, // mov x2, #16
      0xd280_0808, // mov x8, #64
      0xd400_0001, // svc #0
      0xd280_0000, // mov x0, #0
      0xd280_0bc8, // mov x8, #94
      0xd400_0001, // svc #0
    ]);
  });

  it('branches to where its labels are, forward and back', () => {
    const program = words(SYSCALL_PROGRAM);
    expect(program.slice(0, 7)).toEqual([
      0xd140_43ff, // sub sp, sp, #16, lsl #12
      0x9100_03f3, // mov x19, sp
      0xd101_03ff, // sub sp, sp, #64
      0xd280_0014, // mov x20, #0
      0xd280_0215, // mov x21, #16
      0xeb15_029f, // cmp x20, x21
      0x5400_01a2, // b.hs header, 13 instructions on
    ]);
    expect(program[15]).toBe(0x17ff_fff6); // b read, 10 instructions back
    expect(program[27]).toBe(0xb400_0316); // cbz x22, done, 24 instructions on
    expect(program[43]).toBe(0xa940_07e0); // ldp x0, x1, [sp]
    expect(program[48]).toBe(0xf806_86e0); // str x0, [x23], #104
    expect(program[50]).toBe(0x17ff_ffe9); // b call, 23 instructions back
  });
});

function install(path: string): string {
  const target = join(folder, path);
  writeFileSync(target, bytesOf('x64', path));
  chmodSync(target, 0o755);
  return target;
}

function run(calls: readonly NumberedCall[]) {
  const { status, stdout } = spawnSync(install(SYSCALL_PROGRAM), { input: encodeTable(calls) });
  return { status, results: decodeResults(stdout, calls.length), output: stdout };
}

describe.runIf(isRunnable)('the programs on this machine', () => {
  it('makes the calls in their order and hands on what earlier ones gave', () => {
    const path = join(folder, 'read-me');
    writeFileSync(path, 'eleven char');
    const { status, results, output } = run([
      { number: 39, arguments: [] },
      { number: 257, arguments: [-100, { text: path }, 0] },
      { number: 0, arguments: [{ resultOf: 1 }, { room: 32 }, 32] },
      { number: 3, arguments: [{ resultOf: 1 }] },
      { number: 3, arguments: [{ resultOf: 1 }] },
    ]);
    expect(status).toBe(0);
    expect(results[0]).toBeGreaterThan(1);
    expect(results.slice(1)).toEqual([3, 11, 0, -9]);
    expect(output.toString('latin1')).toContain('eleven char');
  });

  it('hands over all six arguments', () => {
    // mmap(0, 4096, PROT_READ, MAP_PRIVATE, fd, offset): only an offset that is no multiple of a page is refused.
    const { results } = run([
      { number: 257, arguments: [-100, { text: process.execPath }, 0] },
      { number: 9, arguments: [0, 4096, 1, 2, { resultOf: 0 }, 1] },
      { number: 9, arguments: [0, 4096, 1, 2, { resultOf: 0 }, 4096] },
      { number: 9, arguments: [0, 4096, 1, 2, 99, 4096] },
    ]);
    expect(results[1]).toBe(-22);
    expect(results[2]).toBeGreaterThan(0);
    expect(results[3]).toBe(-9);
  });

  it('refuses what is no table', () => {
    const program = install(SYSCALL_PROGRAM);
    expect(spawnSync(program, { input: '' }).status).toBe(1);
    expect(spawnSync(program, { input: 'short' }).status).toBe(1);
    expect(spawnSync(program, { input: Buffer.alloc(16, 0xff) }).status).toBe(1);
    expect(spawnSync(program, { input: encodeTable([]) }).status).toBe(0);
  });

  it('tells as whom it runs', () => {
    const { stdout } = spawnSync(install(SETUID_PROGRAM));
    const uid = BigInt(process.getuid?.() ?? -1);
    expect([stdout.readBigInt64LE(0), stdout.readBigInt64LE(8), stdout.length]).toEqual([uid, uid, 16]);
  });
});
