import { HEADER_SIZE, MOST_BYTES, RECORD_SIZE } from '../payload/syscall-table.ts';
import { assemble, label, type Piece } from './assembler.ts';

const CONDITIONS = { ne: 1, hs: 2, lo: 3, hi: 8, le: 13 };
const SP = 31;
const ZERO = 31;

/** One instruction, 32 bit, little endian. */
function word(value: number): readonly number[] {
  return [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff];
}

function code(...values: number[]): Piece {
  return { bytes: values.flatMap(word) };
}

function branch(to: string): Piece {
  return { to, size: 4, encode: (distance) => word(0x1400_0000 | ((distance / 4) & 0x3ff_ffff)) };
}

function branchIf(condition: keyof typeof CONDITIONS, to: string): Piece {
  const bits = CONDITIONS[condition];
  return { to, size: 4, encode: (distance) => word(0x5400_0000 | nineteen(distance) | bits) };
}

function branchIfZero(register: number, to: string): Piece {
  return { to, size: 4, encode: (distance) => word(0xb400_0000 | nineteen(distance) | register) };
}

function nineteen(distance: number): number {
  return ((distance / 4) & 0x7_ffff) << 5;
}

const SVC = 0xd400_0001;

function mov(to: number, value: number): number {
  return 0xd280_0000 | (value << 5) | to;
}

/** mov of a value that is shifted left by 16. */
function movHigh(to: number, value: number): number {
  return 0xd2a0_0000 | (value << 5) | to;
}

/** mov between registers, also from the stack pointer. */
function copy(to: number, from: number): number {
  return addValue(to, from, 0);
}

function addValue(to: number, from: number, value: number): number {
  return 0x9100_0000 | (value << 10) | (from << 5) | to;
}

/** @param pages of 4 KiB */
function subPages(to: number, from: number, pages: number): number {
  return 0xd140_0000 | (pages << 10) | (from << 5) | to;
}

function subValue(to: number, from: number, value: number): number {
  return 0xd100_0000 | (value << 10) | (from << 5) | to;
}

/** sub that sets the flags; into the zero register it is cmp. */
function subsValue(to: number, from: number, value: number): number {
  return 0xf100_0000 | (value << 10) | (from << 5) | to;
}

function cmp(left: number, right: number): number {
  return 0xeb00_0000 | (right << 16) | (left << 5) | ZERO;
}

function add(to: number, left: number, right: number): number {
  return 0x8b00_0000 | (right << 16) | (left << 5) | to;
}

function sub(to: number, left: number, right: number): number {
  return 0xcb00_0000 | (right << 16) | (left << 5) | to;
}

function multiplyAdd(to: number, left: number, right: number, plus: number): number {
  return 0x9b00_0000 | (right << 16) | (plus << 10) | (left << 5) | to;
}

function load(to: number, base: number, offset: number): number {
  return 0xf940_0000 | ((offset / 8) << 10) | (base << 5) | to;
}

function store(from: number, base: number, offset: number): number {
  return 0xf900_0000 | ((offset / 8) << 10) | (base << 5) | from;
}

/** Stores and moves the base on. */
function storeAndStep(from: number, base: number, step: number): number {
  return 0xf800_0400 | (step << 12) | (base << 5) | from;
}

function loadPair(first: number, second: number, base: number, offset: number): number {
  return 0xa940_0000 | ((offset / 8) << 15) | (second << 10) | (base << 5) | first;
}

function loadPairAndStep(first: number, second: number, base: number, step: number): number {
  return 0xa8c0_0000 | ((step / 8) << 15) | (second << 10) | (base << 5) | first;
}

const READ = 63;
const WRITE = 64;
const EXIT_GROUP = 94;
/** Bytes for six arguments, below the table. */
const ARGUMENTS = 64;

/** Reads the table, makes its calls, writes it back. x19 = table, x20 = bytes read, x21 = bytes wanted. */
export function syscallProgramArm64(): Uint8Array {
  return assemble([...readTable(), ...makeCalls(), ...writeTable()]);
}

function readTable(): Piece[] {
  return [
    code(subPages(SP, SP, MOST_BYTES / 4096), copy(19, SP), subValue(SP, SP, ARGUMENTS)),
    code(mov(20, 0), mov(21, HEADER_SIZE)),
    label('read'),
    code(cmp(20, 21)),
    branchIf('hs', 'header'),
    code(mov(0, 0), add(1, 19, 20), sub(2, 21, 20), mov(8, READ), SVC),
    code(subsValue(ZERO, 0, 0)),
    branchIf('le', 'broken'),
    code(add(20, 20, 0)),
    branch('read'),
    label('broken'),
    code(mov(0, 1), mov(8, EXIT_GROUP), SVC),
    label('header'),
    code(load(21, 19, 0), movHigh(9, MOST_BYTES >> 16)),
    code(cmp(21, 9)),
    branchIf('hi', 'broken'),
    code(cmp(20, 21)),
    branchIf('lo', 'read'),
  ];
}

/** x22 = calls left, x23 = record, x24 = argument of the table, x25 = its place on the stack, x26 = arguments left. */
function makeCalls(): Piece[] {
  return [
    code(load(22, 19, 8), addValue(23, 19, HEADER_SIZE)),
    label('call'),
    branchIfZero(22, 'done'),
    code(addValue(24, 23, 8), copy(25, SP), mov(26, 6)),
    label('argument'),
    code(loadPairAndStep(10, 11, 24, 16), subsValue(ZERO, 10, 1)),
    branchIf('lo', 'known'),
    branchIf('ne', 'result'),
    code(add(11, 11, 19)),
    branch('known'),
    label('result'),
    code(mov(12, RECORD_SIZE), multiplyAdd(11, 11, 12, 19), load(11, 11, HEADER_SIZE)),
    label('known'),
    code(storeAndStep(11, 25, 8), subsValue(26, 26, 1)),
    branchIf('ne', 'argument'),
    code(loadPair(0, 1, SP, 0), loadPair(2, 3, SP, 16), loadPair(4, 5, SP, 32)),
    code(load(8, 23, 0), SVC, storeAndStep(0, 23, RECORD_SIZE), subValue(22, 22, 1)),
    branch('call'),
  ];
}

function writeTable(): Piece[] {
  return [
    label('done'),
    code(mov(0, 1), copy(1, 19), copy(2, 21), mov(8, WRITE), SVC),
    code(mov(0, 0), mov(8, EXIT_GROUP), SVC),
  ];
}

/** Writes its user and its effective user, 64 bit each, and can do nothing else. */
export function identityProgramArm64(): Uint8Array {
  return assemble([
    code(subValue(SP, SP, 16)),
    code(mov(8, 174), SVC, store(0, SP, 0)), // getuid
    code(mov(8, 175), SVC, store(0, SP, 8)), // geteuid
    code(mov(0, 1), copy(1, SP), mov(2, 16), mov(8, WRITE), SVC),
    code(mov(0, 0), mov(8, EXIT_GROUP), SVC),
  ]);
}
