import { describe, expect, it } from 'vitest';
import { FakeFiles } from '../ports/fake/fake-files.ts';
import { emptyTexts, loadDocuments } from './load-documents.ts';
import { createSourceReader } from './source-reader.ts';

/** A document is the list of the files that it names, line by line, with those that they name. */
function chain(first: string): Parameters<typeof loadDocuments<{ found: string[] }>>[2] {
  return (lookup) => {
    const found: string[] = [];
    for (const waiting = [first]; waiting.length > 0;) {
      const path = waiting.shift() ?? '';
      const text = lookup(path);
      if (text === undefined) return { needs: [path] };
      found.push(text === null ? `no ${path}` : path);
      waiting.push(...(text ?? '').split('\n').filter(Boolean));
    }
    return { found };
  };
}

describe('documents of several files', () => {
  it('are read as far as they name each other', async () => {
    const files = new FakeFiles({ '/a': '/b\n/c\n', '/b': '/d\n', '/c': '' });
    const read = emptyTexts();
    expect(await loadDocuments(createSourceReader(files), read, chain('/a'))).toEqual({
      found: ['/a', '/b', '/c', 'no /d'],
    });
    expect([...read.texts.keys()].toSorted()).toEqual(['/a', '/b', '/c', '/d']);
    expect(read.problems).toEqual([]);
  });

  it('go on without what cannot be read, and say so', async () => {
    const files = new FakeFiles({ '/a': '/b\n' }).put('/b', new Uint8Array([0xff]));
    const read = emptyTexts();
    expect(await loadDocuments(createSourceReader(files), read, chain('/a'))).toEqual({
      found: ['/a', 'no /b'],
    });
    expect(read.problems).toMatchObject([{ id: 'file-not-utf8' }]);
  });

  it('end where there is no end', async () => {
    const files = new FakeFiles();
    for (let index = 0; index < 1200; index += 1) files.put(`/${index}`, `/${index + 1}\n`);
    const read = emptyTexts();
    expect(await loadDocuments(createSourceReader(files), read, chain('/0'))).toBeUndefined();
    expect(read.problems).toMatchObject([{ id: 'too-many-files' }]);
  });
});
