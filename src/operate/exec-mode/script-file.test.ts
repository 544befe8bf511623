import { expect, test } from 'vitest';
import { MAX_SCRIPT_BYTES, readScript } from './script-file.ts';

const read = (text: string | Uint8Array): unknown =>
  readScript(typeof text === 'string' ? new TextEncoder().encode(text) : text);

test('tells the interpreter, and how long it is', () => {
  expect(read('#!/bin/sh\necho a\n')).toEqual({ interpreter: '/bin/sh', bytes: 17, lines: 2 });
  expect(read('#! /usr/bin/env  python3 \nprint(1)')).toMatchObject({
    interpreter: '/usr/bin/env  python3',
    lines: 2,
  });
});

test.each([
  ['echo a\n', 'begin with the program'],
  ['#!\necho a\n', 'begin with the program'],
  ['#!sh\n', 'begin with the program'],
  ['\n#!/bin/sh\n', 'begin with the program'],
  ['\uFEFF#!/bin/sh\n', 'begin with the program'],
  ['#!/bin/sh\r\necho a\r\n', 'Windows'],
  ['#!/bin/sh\n\0', 'no text'],
  [new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0xff]), 'no text'],
  [new Uint8Array(MAX_SCRIPT_BYTES + 1), 'larger'],
])('%j is no script', (content, why) => {
  expect(read(content)).toMatchObject({ why: expect.stringContaining(why) as string });
});
