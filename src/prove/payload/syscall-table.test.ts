import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { decodeResults, encodeTable, HEADER_SIZE, MOST_BYTES, RECORD_SIZE } from './syscall-table.ts';

function wordsOf(table: Uint8Array): bigint[] {
  const view = new DataView(table.buffer);
  return Array.from({ length: Math.floor(table.length / 8) }, (_, index) =>
    view.getBigInt64(index * 8, true),
  );
}

describe('the table of system calls', () => {
  it('holds numbers, texts, room and results', () => {
    const table = encodeTable([
      { number: 257, arguments: [-100, { text: '/a' }, { room: 3 }] },
      { number: 3, arguments: [{ resultOf: 0 }] },
    ]);
    const data = HEADER_SIZE + 2 * RECORD_SIZE;
    const words = wordsOf(table);
    expect(words.slice(0, 9)).toEqual([
      BigInt(table.length),
      2n,
      257n,
      0n,
      -100n,
      1n,
      BigInt(data),
      1n,
      BigInt(data + 8),
    ]);
    expect(words.slice(15, 18)).toEqual([3n, 2n, 0n]);
    expect([...table.subarray(data)]).toEqual([0x2f, 0x61, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  it.each([
    [[{ number: 1, arguments: [{ resultOf: 0 }] }], /earlier/],
    [[{ number: 1, arguments: [0, 0, 0, 0, 0, 0, 0] }], /six/],
    [[{ number: 1, arguments: [{ room: MOST_BYTES }] }], /at most/],
  ])('refuses %j', (calls, message) => {
    expect(() => encodeTable(calls)).toThrow(message);
  });

  test.prop([fc.array(fc.integer({ min: -4095, max: 500 }), { maxLength: 40 })])(
    'results are where the numbers of the calls were',
    (values) => {
      const table = encodeTable(values.map((number) => ({ number, arguments: [{ text: 'x' }] })));
      expect(decodeResults(table, values.length)).toEqual(values);
    },
  );

  it('does not take half a table for one', () => {
    expect(() => decodeResults(new Uint8Array(50), 1)).toThrow(/50 bytes/);
  });
});
