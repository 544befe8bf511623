/**
 * The table that the system call program reads from stdin and writes back to stdout with results. All numbers are 64 bit,
 * little endian:
 *
 *   size of everything · number of calls · a record for each call · data
 *   record = number of the call, afterwards its result · six arguments, each a kind and a value
 *   kinds: 0 the value itself · 1 address of the byte at that offset of the table · 2 result of the call with that index
 */
export const HEADER_SIZE = 16;
export const RECORD_SIZE = 104;
export const MOST_BYTES = 0x1_0000;
const ARGUMENTS = 6;

/**
 * One argument: a number; the address of a text that ends with a zero byte; the address of these bytes; the address of that
 * many zero bytes; the result of an earlier call by its index.
 */
export type SyscallArgument =
  | number
  | { readonly text: string }
  | { readonly bytes: readonly number[] }
  | { readonly room: number }
  | { readonly resultOf: number };

/** A call by its number. */
export interface NumberedCall {
  number: number;
  arguments: readonly SyscallArgument[];
}

/** @throws RangeError for a table that the program would not take */
export function encodeTable(calls: readonly NumberedCall[]): Uint8Array<ArrayBuffer> {
  const data: number[] = [];
  const start = HEADER_SIZE + calls.length * RECORD_SIZE;
  const words = calls.flatMap((call, index) => {
    if (call.arguments.length > ARGUMENTS) throw new RangeError('a system call has six arguments at most');
    const pairs = Array.from({ length: ARGUMENTS }, (_, place) =>
      encodeArgument(call.arguments[place] ?? 0, index, start, data),
    );
    return [call.number, ...pairs.flat()];
  });
  const size = start + data.length;
  if (size > MOST_BYTES) throw new RangeError(`the table has ${size} bytes, at most ${MOST_BYTES} are read`);
  const table = new Uint8Array(size);
  const view = new DataView(table.buffer);
  for (const [place, word] of [size, calls.length, ...words].entries())
    view.setBigInt64(place * 8, BigInt(word), true);
  table.set(data, start);
  return table;
}

function encodeArgument(
  argument: SyscallArgument,
  index: number,
  start: number,
  data: number[],
): [kind: number, value: number] {
  if (typeof argument === 'number') return [0, argument];
  if ('resultOf' in argument) {
    if (argument.resultOf >= index) throw new RangeError('only earlier calls have a result');
    return [2, argument.resultOf];
  }
  const bytes = bytesOf(argument);
  // Structures of the kernel want their place to be a multiple of eight.
  while ((start + data.length) % 8 !== 0) data.push(0);
  const offset = start + data.length;
  data.push(...bytes);
  return [1, offset];
}

function bytesOf(argument: Exclude<SyscallArgument, number | { resultOf: number }>): readonly number[] {
  if ('bytes' in argument) return argument.bytes;
  if ('text' in argument) return [...new TextEncoder().encode(argument.text), 0];
  return Array.from({ length: argument.room }, () => 0);
}

/**
 * Results by the order of calls: the kernel's return values, negative = an error number.
 * @throws RangeError for what is no table with that many calls
 */
export function decodeResults(table: Uint8Array, calls: number): number[] {
  if (table.length < HEADER_SIZE + calls * RECORD_SIZE)
    throw new RangeError(`the system call program wrote ${table.length} bytes instead of its table`);
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  return Array.from({ length: calls }, (_, index) =>
    Number(view.getBigInt64(HEADER_SIZE + index * RECORD_SIZE, true)),
  );
}
