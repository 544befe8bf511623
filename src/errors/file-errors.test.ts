import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { AppError } from './app-error.ts';
import { fileError, notUtf8 } from './file-errors.ts';
import { shellQuote } from './quote.ts';

const failure = (code: string): Error => Object.assign(new Error(`${code}: some words`), { code });

describe('errors of files', () => {
  it.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'quota-exceeded'],
    ['EROFS', 'read-only-file-system'],
    ['EACCES', 'file-permission-denied'],
    ['EPERM', 'file-permission-denied'],
    ['EISDIR', 'path-is-folder'],
    ['ENOTDIR', 'path-not-folder'],
    ['ELOOP', 'symlink-refused'],
    ['ENAMETOOLONG', 'name-too-long'],
    ['ENOENT', 'path-missing'],
    ['EIO', 'file-failure'],
  ])('%s is %s', (code, id) => {
    const cause = failure(code);
    const error = fileError('write', '/srv/my claw/it', cause);
    expect(error).toMatchObject({ id, cause, entry: { exitCode: 4 } });
    expect(error.entry.state).toContain('as it was before');
    expect(error.entry.next.length).toBeGreaterThan(0);
    expect(error.entry.next.join('\n')).not.toMatch(/ \/srv\/my claw/);
  });

  it('keeps an error that is understood already', () => {
    const known = notUtf8('/x');
    expect(fileError('read', '/x', known)).toBe(known);
  });

  it('takes whatever was thrown', () => {
    for (const thrown of [undefined, null, 'text', 7])
      expect(fileError('read', '/x', thrown)).toBeInstanceOf(AppError);
  });
});

describe('a word for the shell', () => {
  propertyTest.prop([fc.string()])('reads as the same single word', (word) => {
    const quoted = shellQuote(word);
    const read = quoted.startsWith("'") ? quoted.slice(1, -1).replaceAll(String.raw`'\''`, "'") : quoted;
    expect(read).toBe(word);
    if (!quoted.startsWith("'")) expect(quoted).toMatch(/^[\w./:=@%+,-]+$/);
  });
});
