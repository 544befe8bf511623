import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { BLOCK, fileHeader, padding, TarFormatError } from './tar-header.ts';
import { type TarEntry, TarReader } from './tar-reader.ts';

interface Seen {
  entries: TarEntry[];
  contents: string[];
  raw: Buffer;
}

function read(archive: Buffer, pieceLength = archive.length): Seen {
  const seen: Seen = { entries: [], contents: [], raw: Buffer.alloc(0) };
  const reader = new TarReader({
    entry: (entry) => {
      seen.entries.push(entry);
      seen.contents.push('');
    },
    content: (bytes) => {
      seen.contents[seen.contents.length - 1] += bytes.toString('latin1');
    },
    end: () => undefined,
    raw: (bytes) => {
      seen.raw = Buffer.concat([seen.raw, bytes]);
    },
  });
  for (let at = 0; at < archive.length; at += pieceLength)
    reader.push(archive.subarray(at, at + pieceLength));
  reader.finish();
  return seen;
}

function file(name: string, text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([
    fileHeader(name, bytes.length, 0o600, 1),
    bytes,
    Buffer.alloc(padding(bytes.length)),
  ]);
}

/** The header of another kind, with its sum made right again. */
function changed(header: Buffer, at: number, text: string): Buffer {
  const block = Buffer.from(header);
  block.write(text, at, 'latin1');
  block.fill(' ', 148, 156);
  const sum = block.subarray(0, BLOCK).reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

const END = Buffer.alloc(2 * BLOCK);
const GOOD = Buffer.concat([file('a', 'hello'), file('b', 'x'.repeat(2000)), END]);

describe('the tar reader', () => {
  propertyTest.prop([
    fc.array(fc.string({ unit: fc.constantFrom('a', '\0', '\xff', '\n'), maxLength: 1500 }), {
      maxLength: 4,
    }),
    fc.integer({ min: 1, max: 2000 }),
  ])('gives back what was written, in whatever pieces it comes', (texts, pieceLength) => {
    const files = texts.map((text, index) => file(`f${index}`, text));
    const seen = read(Buffer.concat([...files, END]), pieceLength);
    expect(seen.contents).toEqual(texts);
    expect(seen.raw.equals(Buffer.concat(files))).toBe(true);
  });

  propertyTest.prop([fc.nat(GOOD.length - 1)])('knows an archive that is cut short', (length) => {
    // Zeros behind the first block of the end mark are no loss.
    fc.pre(length < GOOD.length - BLOCK + 1);
    expect(() => read(GOOD.subarray(0, length))).toThrow(TarFormatError);
  });

  propertyTest.prop([fc.nat(BLOCK - 1), fc.integer({ min: 1, max: 255 })])(
    'takes no header of which a byte was changed',
    (at, change) => {
      const bytes = Buffer.from(GOOD);
      bytes[at] = (bytes[at] ?? 0) ^ change;
      // Within the field of the sum itself, a change of what fills it up may mean the same sum.
      fc.pre(at < 148 || at > 155);
      expect(() => read(bytes)).toThrow(TarFormatError);
    },
  );

  propertyTest.prop([fc.uint8Array({ maxLength: 4 * BLOCK })])(
    'throws nothing but its own error',
    (bytes) => {
      try {
        read(Buffer.from(bytes), 700);
      } catch (error) {
        expect(error).toBeInstanceOf(TarFormatError);
      }
    },
  );

  test.each([
    ['a device', 156, '3'],
    ['a pipe', 156, '6'],
    ['a sparse file', 156, 'S'],
    ['a header of pax', 156, 'x'],
    ['a folder with contents', 156, '5'],
    ['a format of another program', 257, 'ustar\x0000'],
    ['a prefix', 345, 'etc'],
    ['a size below zero', 124, '-0000000001'],
    ['a size beyond all files', 124, '\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff'],
    ['bytes behind the end of a name', 0, 'a\0b'],
  ])('refuses %s', (_what, at, text) => {
    const archive = Buffer.concat([changed(file('a', 'hello'), at, text), END]);
    expect(() => read(archive)).toThrow(TarFormatError);
  });

  test('takes long names from the entry before', () => {
    const name = 'd'.repeat(300);
    const long = changed(file('././@LongLink', `${name}\0`), 156, 'L');
    const seen = read(Buffer.concat([long, file('short', 'hello'), END]), 100);
    expect(seen.entries[0]?.name).toBe(name);
    expect(() => read(Buffer.concat([long, long, file('short', ''), END]))).toThrow('two long names');
    expect(() => read(Buffer.concat([long, END]))).toThrow('without its entry');
  });

  test('refuses anything behind the end', () => {
    expect(() => read(Buffer.concat([GOOD, file('c', '')]))).toThrow('behind the end');
  });
});
