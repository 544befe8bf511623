import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { formsOf } from './forms.ts';
import { Searcher, searchText } from './searcher.ts';

const VALUE = 'pw/+abc?def=0123456789Zz';
const forms = formsOf({ name: 'KEY', value: VALUE });
const find = (text: string | Uint8Array): string[] =>
  searchText(text, { forms, thorough: true }).map(({ what, line }) => `${what} ${line}`);

describe('Searcher', () => {
  it('finds nothing in what holds nothing', () => {
    expect(find('a text\nwithout anything\n')).toEqual([]);
    expect(find('')).toEqual([]);
  });

  it('finds a key as it is, with its line', () => {
    expect(find(`one\ntwo ${VALUE} three\n`)).toEqual(['KEY 2']);
  });

  it.each([
    ['URL-encoded', encodeURIComponent(VALUE)],
    ['as hexadecimal', Buffer.from(VALUE).toString('hex')],
    ['in base64', Buffer.from(VALUE).toString('base64')],
    ['in base64', Buffer.from(`a${VALUE}b`).toString('base64')],
    ['in base64', Buffer.from(`user:${VALUE}`).toString('base64')],
    ['in base64', Buffer.from(`ab${VALUE}`).toString('base64url')],
  ])('finds it %s', (how, text) => {
    expect(find(`x ${text}`)).toContain(`KEY, ${how} 1`);
  });

  it('finds it broken over lines, as programs wrap and quote it', () => {
    expect(find(`"${VALUE.slice(0, 12)}" +\n  "${VALUE.slice(12)}"`)).toEqual(['KEY, broken over lines 1']);
  });

  it('finds it in what is no text, without a line', () => {
    expect(find(Buffer.concat([Buffer.from([0, 1, 2]), Buffer.from(VALUE)]))).toEqual(['KEY null']);
  });

  it('finds what only looks like a key, and no example of one', () => {
    expect(find('token: ghp_abcdefghij0123456789ABCDEFGHIJ012345')).toEqual(['looks like a GitHub token 1']);
    expect(find('AKIAIOSFODNN7EXAMPLE sk-your-key-goes-here-0000 sk-xxxxxxxxxxxxxxxxxxxxxxxxxxx')).toEqual(
      [],
    );
    expect(searchText('ghp_abcdefghij0123456789ABCDEFGHIJ012345', { forms, thorough: false })).toEqual([]);
  });

  it('does not search for what would be everywhere', () => {
    expect(formsOf({ name: 'KEY', value: 'abc' })).toEqual([]);
  });

  test.prop([
    fc.uint8Array({ maxLength: 20_000 }),
    fc.constantFrom(...forms),
    fc.uint8Array({ maxLength: 20_000 }),
    fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1 }),
  ])('finds every form wherever the pieces end', (before, form, behind, sizes) => {
    const bytes = Buffer.concat([before, form.bytes, behind]);
    const searcher = new Searcher({ forms, thorough: false });
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const size = sizes[turn % sizes.length] ?? 1;
      searcher.push(bytes.subarray(at, at + size));
      at += size;
    }
    const what = form.how === '' ? 'KEY' : `KEY, ${form.how}`;
    expect(searcher.end().map((hit) => hit.what)).toContain(what);
  });
});
