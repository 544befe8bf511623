import { deflateSync, gzipSync } from 'node:zlib';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { findBaits, textOfNames } from './find-baits.ts';

const bait = { name: 'a key', value: 'ghp_0123456789abcdef0123456789abcdef0123' };
const other = { name: 'another', value: 'npm_ffffffffffffffffffffffffffffffffffff' };

const wraps: Record<string, (content: Buffer) => Buffer> = {
  base64: (content) => Buffer.from(content.toString('base64')),
  hex: (content) => Buffer.from(content.toString('hex')),
  gzip: (content) => gzipSync(content),
  zlib: (content) => deflateSync(content),
  reversed: (content) => Buffer.from([...content.toString('latin1')].toReversed().join(''), 'latin1'),
  'percent-encoding': (content) =>
    Buffer.from([...content].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')),
};

const wrap = fc.constantFrom(...Object.keys(wraps));
const around = fc.stringMatching(/^[a-z {}":=&]{0,40}$/);

describe('baits', () => {
  propertyTest.prop([fc.array(wrap, { maxLength: 2 }), around, around], { numRuns: 60 })(
    'are found however they are wrapped',
    (forms, before, after) => {
      let content: Buffer = Buffer.from(`${before} ${bait.value} ${after}`);
      for (const form of forms.toReversed()) content = wraps[form]?.(content) ?? content;
      const sent = Buffer.concat([Buffer.from('POST /x\r\n\r\n'), content, Buffer.from('\r\n--end--')]);
      const found = findBaits(sent, [bait, other]);
      expect(found.map((each) => each.bait.name)).toEqual(['a key']);
    },
  );

  propertyTest.prop([fc.uint8Array({ maxLength: 2000 })])('are not found in anything else', (bytes) => {
    expect(findBaits(bytes, [bait, other])).toEqual([]);
  });

  test('are found in base64 that is wrapped to lines', () => {
    const text = Buffer.from(`a long text before the key ${'x'.repeat(90)} ${bait.value}\n`).toString(
      'base64',
    );
    const lines = text.match(/.{1,76}/g)?.join('\n') ?? '';
    expect(findBaits(Buffer.from(lines), [bait])).toMatchObject([{ forms: ['base64'] }]);
  });

  test('are found in names that carry them in pieces', () => {
    const digits = Buffer.from(bait.value).toString('hex');
    const names = (digits.match(/.{1,30}/g) ?? []).flatMap((part) => [
      `${part}.evil.example`,
      `${part}.evil.example`,
    ]);
    const texts = textOfNames(['www.other.example', ...names]);
    expect(findBaits(texts.get('evil.example')?.[0] ?? Buffer.alloc(0), [bait])).toMatchObject([
      { forms: ['hex'] },
    ]);
  });

  test.each([
    ['a number before each piece', (part: string, index: number) => `${index}.${part}`],
    ['a number behind each piece', (part: string, index: number) => `${part}.n${index}`],
    ['labels around each piece', (part: string, index: number) => `${index}.${part}.s${index}.x`],
    ['labels that not every name has', (part: string, index: number) => `${'z.'.repeat(index)}${part}.end`],
  ])('are found in names with %s', (_, nameOf) => {
    const digits = Buffer.from(bait.value).toString('hex');
    const names = (digits.match(/.{1,15}/g) ?? []).map(
      (part, index) => `${nameOf(part, index)}.evil.example`,
    );
    const texts = textOfNames(names).get('evil.example') ?? [];
    expect(texts.flatMap((text) => findBaits(text, [bait]))).not.toEqual([]);
  });
});
