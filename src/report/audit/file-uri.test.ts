import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileUri, folderUri } from './file-uri.ts';

test.each([
  ['compose.yaml', { uri: 'compose.yaml', uriBaseId: '%SRCROOT%' }],
  ['./a/compose.yaml', { uri: 'a/compose.yaml', uriBaseId: '%SRCROOT%' }],
  ['my files/ü#1?.yaml', { uri: 'my%20files/%C3%BC%231%3F.yaml', uriBaseId: '%SRCROOT%' }],
  ['c:d.yaml', { uri: 'c%3Ad.yaml', uriBaseId: '%SRCROOT%' }],
  ['/etc/docker/daemon.json', { uri: 'file:///etc/docker/daemon.json' }],
  ['C:/claw/compose.yaml', { uri: 'file:///C:/claw/compose.yaml' }],
  ['../other/compose.yaml', { uri: 'file:///home/me/other/compose.yaml' }],
])('%s', (path, expected) => {
  expect(fileUri(path, '/home/me/claw')).toEqual(expected);
});

test('without a root, what lies outside stays relative', () => {
  expect(fileUri('../a.yaml')).toEqual({ uri: '../a.yaml', uriBaseId: '%SRCROOT%' });
});

test('the folder ends with a slash', () => {
  expect(folderUri('/home/my claw')).toBe('file:///home/my%20claw/');
  expect(folderUri('/')).toBe('file:///');
});

test('every path is one that can be read back', () => {
  const segment = fc
    .string({ unit: 'grapheme', minLength: 1 })
    .filter((text) => !/[/\\]|^\.{1,2}$/.test(text));
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
      const path = segments.join('/');
      fc.pre(!/^[A-Za-z]:\//.test(path));
      const { uri } = fileUri(path, '/root');
      expect(uri).toMatch(/^[\w.!~*'()%/-]+$/);
      expect(decodeURIComponent(uri)).toBe(path);
      expect(new URL(uri, 'file:///root/').href.startsWith('file:///root/')).toBe(true);
    }),
  );
});
