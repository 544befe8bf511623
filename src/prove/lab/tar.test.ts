import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { sourceFromArchive } from '../target/mount-source.ts';
import { tarOf } from './tar.ts';

function listed(archive: Uint8Array): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'clawproof-tar-'));
  try {
    writeFileSync(join(folder, 'a.tar'), archive);
    const text = execFileSync('tar', ['--numeric-owner', '-tvf', join(folder, 'a.tar')], {
      encoding: 'utf8',
    });
    return text
      .trimEnd()
      .split('\n')
      .map((line) => line.replaceAll(/\s+/g, ' '));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('an archive', () => {
  it('is read by tar, with modes and owners', () => {
    const folder = { path: 'kit', mode: 0o755, uid: 0, gid: 0 };
    const archive = tarOf(
      [folder],
      [
        { path: 'kit/a', content: 'äb', mode: 0o400, uid: 1000, gid: 998 },
        { path: 'kit/su', content: new Uint8Array(512), mode: 0o4755, uid: 0, gid: 0 },
      ],
    );
    expect(listed(archive).map((line) => line.replace(/ \d{4}-\S+ \S+/, ''))).toEqual([
      'drwxr-xr-x 0/0 0 kit/',
      '-r-------- 1000/998 3 kit/a',
      '-rwsr-xr-x 0/0 512 kit/su',
    ]);
  });

  it('refuses a name that has no place in it', () => {
    const file = { path: 'x'.repeat(101), content: '', mode: 0o644, uid: 0, gid: 0 };
    expect(() => tarOf([], [file])).toThrow(RangeError);
  });

  test.prop([
    fc.record({
      content: fc.uint8Array({ maxLength: 2000 }),
      mode: fc.integer({ min: 0, max: 0o7777 }),
      uid: fc.integer({ min: 0, max: 0o7777777 }),
      gid: fc.integer({ min: 0, max: 0o7777777 }),
    }),
  ])('gives back what was put in', (file) => {
    const archive = tarOf([], [{ path: 'file', ...file }]);
    expect(archive.length % 512).toBe(0);
    expect(archive.slice(512, 512 + file.content.length)).toEqual(file.content);
    const { content, ...owner } = file;
    expect(sourceFromArchive(Buffer.from(archive).toString('latin1'))).toEqual({
      kind: 'file',
      size: content.length,
      ...owner,
    });
  });
});

describe('the source of a mount', () => {
  it('is known from a folder, and from behind a header of another kind', () => {
    const folder = Buffer.from(tarOf([{ path: 'd', mode: 0o700, uid: 5, gid: 6 }], []));
    const directory = { kind: 'directory', mode: 0o700, uid: 5, gid: 6, size: 0 };
    expect(sourceFromArchive(folder.toString('latin1'))).toEqual(directory);
    const long = Buffer.from(tarOf([], [{ path: 'pax', content: 'x'.repeat(30), mode: 0, uid: 0, gid: 0 }]));
    long.write('x', 156);
    expect(sourceFromArchive(Buffer.concat([long.subarray(0, 1024), folder]).toString('latin1'))).toEqual(
      directory,
    );
  });

  it('is something else where the archive is empty, and unknown where there is none', () => {
    expect(sourceFromArchive('\0'.repeat(1024))?.kind).toBe('other');
    expect(sourceFromArchive('no archive')).toBeUndefined();
  });
});
