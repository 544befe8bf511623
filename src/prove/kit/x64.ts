import { HEADER_SIZE, MOST_BYTES, RECORD_SIZE } from '../payload/syscall-table.ts';
import { assemble, label, type Piece } from './assembler.ts';

/** Opcodes of jumps with a distance of one byte. */
const JUMPS = { jmp: 0xeb, jb: 0x72, jae: 0x73, je: 0x74, jne: 0x75, ja: 0x77, jle: 0x7e };

function jump(kind: keyof typeof JUMPS, to: string): Piece {
  return {
    to,
    size: 2,
    encode(distance) {
      const way = distance - 2;
      if (way < -128 || way > 127) throw new RangeError(`${to} is ${way} bytes away`);
      return [JUMPS[kind], way & 0xff];
    },
  };
}

function code(...bytes: number[]): Piece {
  return { bytes };
}

/** A number of 32 bit, little endian. */
function long(value: number): number[] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >>> 24) & 0xff];
}

const SYSCALL = code(0x0f, 0x05);
const EXIT_GROUP = 231;

/** Reads the table, makes its calls, writes it back. rbx = table, r12 = bytes read, r13 = bytes wanted. */
export function syscallProgramX64(): Uint8Array {
  return assemble([...readTable(), ...makeCalls(), ...writeTable()]);
}

function readTable(): Piece[] {
  return [
    code(0x48, 0x81, 0xec, ...long(MOST_BYTES)), // sub rsp, MOST_BYTES
    code(0x48, 0x89, 0xe3), // mov rbx, rsp
    code(0x45, 0x31, 0xe4), // xor r12d, r12d
    code(0x41, 0xbd, ...long(HEADER_SIZE)), // mov r13d, HEADER_SIZE
    label('read'),
    code(0x4d, 0x39, 0xec), // cmp r12, r13
    jump('jae', 'header'),
    code(0x31, 0xc0), // xor eax, eax: read
    code(0x31, 0xff), // xor edi, edi: stdin
    code(0x4a, 0x8d, 0x34, 0x23), // lea rsi, [rbx + r12]
    code(0x4c, 0x89, 0xea), // mov rdx, r13
    code(0x4c, 0x29, 0xe2), // sub rdx, r12
    SYSCALL,
    code(0x48, 0x85, 0xc0), // test rax, rax
    jump('jle', 'broken'),
    code(0x49, 0x01, 0xc4), // add r12, rax
    jump('jmp', 'read'),
    label('broken'),
    code(0xbf, ...long(1)), // mov edi, 1
    code(0xb8, ...long(EXIT_GROUP)), // mov eax, exit_group
    SYSCALL,
    label('header'),
    code(0x4c, 0x8b, 0x2b), // mov r13, [rbx]
    code(0x49, 0x81, 0xfd, ...long(MOST_BYTES)), // cmp r13, MOST_BYTES
    jump('ja', 'broken'),
    code(0x4d, 0x39, 0xec), // cmp r12, r13
    jump('jb', 'read'),
  ];
}

/** r14 = calls left, r15 = record, rbp = argument. */
function makeCalls(): Piece[] {
  return [
    code(0x4c, 0x8b, 0x73, 0x08), // mov r14, [rbx + 8]
    code(0x4c, 0x8d, 0x7b, HEADER_SIZE), // lea r15, [rbx + HEADER_SIZE]
    label('call'),
    code(0x4d, 0x85, 0xf6), // test r14, r14
    jump('je', 'done'),
    code(0x49, 0x8d, 0x6f, RECORD_SIZE - 16), // lea rbp, [r15 + the last argument]
    label('argument'),
    code(0x48, 0x8b, 0x45, 0x08), // mov rax, [rbp + 8]
    code(0x48, 0x8b, 0x4d, 0x00), // mov rcx, [rbp]
    code(0x48, 0x83, 0xf9, 0x01), // cmp rcx, 1
    jump('jb', 'known'),
    jump('jne', 'result'),
    code(0x48, 0x01, 0xd8), // add rax, rbx
    jump('jmp', 'known'),
    label('result'),
    code(0x48, 0x6b, 0xc0, RECORD_SIZE), // imul rax, rax, RECORD_SIZE
    code(0x48, 0x8b, 0x44, 0x03, HEADER_SIZE), // mov rax, [rbx + rax + HEADER_SIZE]
    label('known'),
    code(0x50), // push rax
    code(0x48, 0x83, 0xed, 0x10), // sub rbp, 16
    code(0x4c, 0x39, 0xfd), // cmp rbp, r15
    jump('ja', 'argument'),
    code(0x5f, 0x5e, 0x5a), // pop rdi, rsi, rdx
    code(0x41, 0x5a, 0x41, 0x58, 0x41, 0x59), // pop r10, r8, r9
    code(0x49, 0x8b, 0x07), // mov rax, [r15]
    SYSCALL,
    code(0x49, 0x89, 0x07), // mov [r15], rax
    code(0x49, 0x83, 0xc7, RECORD_SIZE), // add r15, RECORD_SIZE
    code(0x49, 0xff, 0xce), // dec r14
    jump('jmp', 'call'),
  ];
}

function writeTable(): Piece[] {
  return [
    label('done'),
    code(0xb8, ...long(1)), // mov eax, write
    code(0x89, 0xc7), // mov edi, eax: stdout
    code(0x48, 0x89, 0xde), // mov rsi, rbx
    code(0x4c, 0x89, 0xea), // mov rdx, r13
    SYSCALL,
    code(0x31, 0xff), // xor edi, edi
    code(0xb8, ...long(EXIT_GROUP)), // mov eax, exit_group
    SYSCALL,
  ];
}

/** Writes its user and its effective user, 64 bit each, and can do nothing else. */
export function identityProgramX64(): Uint8Array {
  return assemble([
    code(0x48, 0x83, 0xec, 0x10), // sub rsp, 16
    code(0xb8, ...long(102)), // mov eax, getuid
    SYSCALL,
    code(0x48, 0x89, 0x04, 0x24), // mov [rsp], rax
    code(0xb8, ...long(107)), // mov eax, geteuid
    SYSCALL,
    code(0x48, 0x89, 0x44, 0x24, 0x08), // mov [rsp + 8], rax
    code(0xb8, ...long(1)), // mov eax, write
    code(0x89, 0xc7), // mov edi, eax: stdout
    code(0x48, 0x89, 0xe6), // mov rsi, rsp
    code(0xba, ...long(16)), // mov edx, 16
    SYSCALL,
    code(0x31, 0xff), // xor edi, edi
    code(0xb8, ...long(EXIT_GROUP)), // mov eax, exit_group
    SYSCALL,
  ]);
}
