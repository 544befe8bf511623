import { describe, expect, test } from 'vitest';
import {
  isLoopback,
  lockedReference,
  parseReference,
  pinned,
  registryHost,
  repoDigest,
} from './reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('names of images', () => {
  test.each([
    ['debian', { repository: 'debian', tag: null, digest: null }],
    ['debian:trixie-slim', { repository: 'debian', tag: 'trixie-slim', digest: null }],
    ['127.0.0.1:5000/a/b', { repository: '127.0.0.1:5000/a/b', tag: null, digest: null }],
    ['127.0.0.1:5000/a:1', { repository: '127.0.0.1:5000/a', tag: '1', digest: null }],
    [`r.example/a:1@${DIGEST}`, { repository: 'r.example/a', tag: '1', digest: DIGEST }],
  ])('%s', (text, expected) => {
    expect(parseReference(text)).toEqual(expected);
  });

  test('a pin has a digest and no tag', () => {
    expect(pinned('127.0.0.1:5000/a:1', DIGEST)).toBe(`127.0.0.1:5000/a@${DIGEST}`);
  });

  test('the engine runs what was pulled by its digest, and what was built by its id', () => {
    const pulled = {
      source: 'registry',
      reference: '127.0.0.1:5000/a',
      digest: DIGEST,
      inputs: null,
    } as const;
    expect(lockedReference(pulled)).toBe(`127.0.0.1:5000/a@${DIGEST}`);
    expect(lockedReference({ ...pulled, source: 'build' })).toBe(DIGEST);
  });

  test('the registry is the first part that looks like a host', () => {
    expect(
      ['debian', 'library/debian', 'r.example/a', 'localhost/a', '[::1]:5000/a'].map(registryHost),
    ).toEqual([null, null, 'r.example', 'localhost', '[::1]:5000']);
  });

  test('loopback is told from everything else', () => {
    expect(['localhost', 'localhost:80', '127.0.0.1:5000', '[::1]:5000'].map(isLoopback)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['', '10.0.0.1', '127.example', 'localhost.example:80', '1127.0.0.1'].map(isLoopback)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  test('the digest of the repository that was asked for is taken, short or long', () => {
    const digests = [`other/debian@sha256:${'b'.repeat(64)}`, `debian@${DIGEST}`];
    expect(repoDigest(digests, 'docker.io/library/debian:trixie')).toBe(DIGEST);
    expect(repoDigest(digests, 'mine/debian:trixie')).toBeNull();
  });
});
