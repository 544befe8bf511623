import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  httpsOrigin,
  parseCallerBlock,
  parseDirectory,
  parseDomain,
  parseListenAddress,
} from './https-access.ts';

describe('values of access.https', () => {
  test.each(['203.0.113.7/24', '0.0.0.0/0', '1.2.3', '1.2.3.04', '::1', '10.0.0.0/8/8', '10.0.0.0/33', 'a'])(
    'refuses the block %s',
    (text) => expect(parseCallerBlock(text).ok).toBe(false),
  );

  test.prop([fc.ipV4(), fc.integer({ min: 1, max: 32 })])(
    'takes blocks in one form only',
    (address, prefix) => {
      const read = parseCallerBlock(`${address}/${prefix}`);
      if (read.ok) expect(parseCallerBlock(read.value)).toEqual(read);
      else expect(read.problem).toMatch(/is an address inside a block; write "([\d./]+)"/);
    },
  );

  test.prop([fc.string()])('gives nothing that nginx or Caddy would read as more than a word', (text) => {
    for (const parse of [parseCallerBlock, parseDomain, parseDirectory, parseListenAddress]) {
      const read = parse(text);
      if (read.ok) expect(read.value).toMatch(/^[A-Za-z0-9._~:/%&=+,!'()*[\]-]+$/);
    }
  });

  test.each(['.example.org', 'localhost', 'claw', '10.0.0.1', 'a b.c', 'claw.example.org;', 'x{}.y'])(
    'refuses the name %s',
    (text) => expect(parseDomain(text).ok).toBe(false),
  );

  test.each([
    'http://a.example/dir',
    'https://a.example/d{x}',
    'https://u:p@a.example/',
    'https://a.example/ x',
  ])('refuses the directory %s', (text) => expect(parseDirectory(text).ok).toBe(false));

  test('names the origin as browsers send it', () => {
    expect(httpsOrigin({ domain: 'a.example', port: 443 })).toBe('https://a.example');
    expect(httpsOrigin({ domain: 'a.example', port: 8443 })).toBe('https://a.example:8443');
  });
});
