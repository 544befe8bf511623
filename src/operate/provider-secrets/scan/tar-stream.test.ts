import { gzipSync } from 'node:zlib';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { Collector } from './collector.ts';
import { formsOf } from './forms.ts';
import { ImageArchive } from './image-archive.ts';
import { TarSearcher } from './search-tar.ts';
import { TarStream } from './tar-stream.ts';

const VALUE = 'a-key-of-some-provider-0123456789';
const forms = formsOf({ name: 'KEY', value: VALUE });

/** A tar archive with names of any length. */
function tar(files: Record<string, string | Buffer>): Buffer {
  const parts = Object.entries(files).flatMap(([name, content]) => {
    const bytes = Buffer.from(content);
    const long =
      Buffer.byteLength(name) > 100 ? [...member('././@LongLink', 'L', Buffer.from(`${name}\0`))] : [];
    return [...long, ...member(name.slice(0, 100), '0', bytes)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function member(name: string, type: string, bytes: Buffer): Buffer[] {
  const head = Buffer.alloc(512);
  head.write(name, 0, 100);
  head.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
  head.write(type, 156);
  head.write('ustar  \0', 257, 'latin1');
  return [head, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
}

function inPieces(bytes: Buffer, size: number, push: (piece: Buffer) => void): void {
  for (let at = 0; at < bytes.length; at += size) push(bytes.subarray(at, at + size));
}

const search = async (bytes: Buffer, size = 4096): Promise<{ places: string[]; searcher: TarSearcher }> => {
  const collector = new Collector(forms, () => []);
  const searcher = new TarSearcher(collector, {
    place: (name) => name,
    isHome: (name) => name === 'secrets/keys/KEY',
    thorough: () => true,
  });
  inPieces(bytes, size, (piece) => searcher.push(piece));
  await searcher.finish();
  return { places: collector.findings.map(({ place }) => place), searcher };
};

describe('TarStream', () => {
  test.prop([
    fc.dictionary(fc.stringMatching(/^[a-z/]{1,150}$/), fc.string({ maxLength: 2000 }), { maxKeys: 5 }),
    fc.integer({ min: 1, max: 3000 }),
  ])('gives every file whole, wherever the pieces end', (files, size) => {
    const found: Record<string, string> = {};
    const stream = new TarStream(({ name }) => {
      const parts: Buffer[] = [];
      return {
        push: (bytes) => parts.push(Buffer.from(bytes)),
        end: () => void (found[name] = Buffer.concat(parts).toString()),
      };
    });
    inPieces(tar(files), size, (piece) => stream.push(piece));
    expect(found).toEqual({ ...files });
    expect(stream.isBroken).toBe(false);
  });

  test.prop([fc.uint8Array({ maxLength: 5000 })])('never throws for what is no archive', (bytes) => {
    const stream = new TarStream(() => null);
    expect(() => stream.push(bytes)).not.toThrow();
  });

  it('says that it is none', () => {
    const stream = new TarStream(() => null);
    stream.push(Buffer.alloc(600, 'x'));
    expect(stream.isBroken).toBe(true);
  });
});

describe('TarSearcher', () => {
  it('finds keys in files and in packed archives, not where they belong', async () => {
    const inner = gzipSync(tar({ 'etc/app.conf': `key=${VALUE}` }));
    const files = {
      './notes.txt': `\n${VALUE}`,
      'secrets/keys/KEY': VALUE,
      'old.tgz': inner,
      'clean.txt': 'nothing',
    };
    expect((await search(tar(files))).places).toEqual(['notes.txt:2', 'old.tgz, etc/app.conf:1']);
  });

  it('tells what it cannot open, and never counts it as searched', async () => {
    const { places, searcher } = await search(
      tar({ 'b.tar.age': 'age-encryption', 'broken.gz': 'no gzip', 'a.zip': 'PK' }),
    );
    expect(places).toEqual([]);
    expect(searcher.summary.closed.toSorted()).toEqual([
      'a.zip (packed in a way that is not opened)',
      'b.tar.age (encrypted)',
      'broken.gz (packed, and it cannot be opened)',
    ]);
  });

  it('takes no example in a program for a key, but finds known keys there', async () => {
    const example = 'ghp_abcdefghij0123456789ABCDEFGHIJ012345';
    expect((await search(tar({ 'a/node_modules/x/test.js': example }))).places).toEqual([]);
    expect((await search(tar({ 'a/node_modules/x/test.js': VALUE }))).places).toEqual([
      'a/node_modules/x/test.js:1',
    ]);
  });
});

describe('ImageArchive', () => {
  it.each(['abc123abc123/layer.tar', 'blobs/sha256/abc123abc123ffff'])(
    'finds keys in the layer %s',
    (name) => {
      const collector = new Collector(forms, () => []);
      const archive = new ImageArchive(collector);
      const layer = tar({ 'etc/npmrc': VALUE });
      const bytes = tar({ 'config.json': JSON.stringify({ Env: [`KEY=${VALUE}`] }), [name]: layer });
      inPieces(bytes, 1000, (piece) => archive.push(piece));
      expect(archive.isBroken).toBe(false);
      expect(archive.layers.length).toBe(1);
      expect(collector.findings.map(({ place }) => place)).toEqual([
        'description config.json of an image:1',
        'layer abc123abc123 of an image, /etc/npmrc:1',
      ]);
    },
  );

  it('counts packed layers, which it does not search', () => {
    const archive = new ImageArchive(new Collector(forms, () => []));
    archive.push(tar({ 'blobs/sha256/ff': gzipSync(tar({ a: VALUE })) }));
    expect(archive.packed).toBe(1);
  });
});
