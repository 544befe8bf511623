import { describe, expect, test } from 'vitest';
import { ArchiveWriter, type FolderFile, readArchive } from './archive.ts';
import { ArchiveError } from './archive-check.ts';
import { formatHead, formatManifest, HEAD_NAME, MANIFEST_NAME } from './manifest.ts';
import { HEAD } from './testing/backup-head.ts';
import { type MadeEntry, TAR_END, tarEntry } from './testing/hostile-tar.ts';

const POLICY: FolderFile = { path: 'clawproof.yaml', bytes: Buffer.from('version: 1\n'), mode: 0o644 };
const ROOT: MadeEntry = { name: 'state/', flag: '5', mode: 0o700 };
const LONG = 'n'.repeat(150);

async function* pieces(bytes: Buffer, length = 700): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** An archive as clawproof writes it, of a state as tar gives it. */
async function written(
  state: readonly MadeEntry[],
  files: readonly FolderFile[] = [POLICY],
): Promise<Buffer> {
  const parts: Buffer[] = [];
  const sink = {
    push: async (bytes: Uint8Array) => void parts.push(Buffer.from(bytes)),
    finish: () => Promise.resolve(),
  };
  const writer = new ArchiveWriter(sink, new Date(HEAD.createdAt));
  await writer.begin(HEAD, files);
  await writer.addState(pieces(Buffer.concat([...[ROOT, ...state].map(tarEntry), TAR_END])));
  await writer.finish();
  return Buffer.concat(parts);
}

/** An archive that somebody else made. */
function made(entries: readonly MadeEntry[], manifest = ''): Buffer {
  const head = { name: HEAD_NAME, text: formatHead(HEAD), uid: 0, gid: 0 };
  return Buffer.concat([
    ...[head, ...entries, { name: MANIFEST_NAME, text: manifest }].map(tarEntry),
    TAR_END,
  ]);
}

const STATE: MadeEntry[] = [
  { name: 'state/a', text: 'hello' },
  { name: 'state/sub/', flag: '5', mode: 0o2750 },
  { name: 'state/sub/b\xff', text: 'x'.repeat(3000), mode: 0o4755 },
  { name: 'state/link', flag: '2', target: '/usr/bin/python3', mode: 0o777 },
  { name: 'state/hard', flag: '1', target: 'state/a' },
  { name: '././@LongLink', flag: 'L', text: `state/sub/${LONG}\0` },
  { name: 'state/sub/cut', text: 'long' },
];

describe('an archive', () => {
  test('gives back the state byte by byte, and the files of the folder', async () => {
    const given: Buffer[] = [];
    const check = await readArchive(pieces(await written(STATE)), async (bytes) => void given.push(bytes));
    expect(Buffer.concat(given).equals(Buffer.concat([ROOT, ...STATE].map(tarEntry)))).toBe(true);
    expect(check.head).toEqual(HEAD);
    expect(check.folder.get('clawproof.yaml')?.bytes.toString()).toBe('version: 1\n');
    expect(check.lines.map((line) => (JSON.parse(line) as { name: string }).name)).toContain(
      `state/sub/${LONG}`,
    );
  });

  test.each<[string, MadeEntry, RegExp]>([
    ['a name that leads out', { name: 'state/../../etc/cron.d/x' }, /leads out/],
    ['an absolute name', { name: '/etc/passwd' }, /leads out/],
    ['an empty part of a name', { name: 'state//a' }, /leads out/],
    ['an entry behind a link', { name: 'state/link/x' }, /no folder of the archive/],
    ['an entry in a folder that is not there', { name: 'state/nowhere/x' }, /no folder of the archive/],
    ['an entry below a file', { name: 'state/file/x' }, /no folder of the archive/],
    ['a second entry of a name', { name: 'state/file' }, /twice/],
    ['a hard link to the host', { name: 'state/h', flag: '1', target: '/etc/shadow' }, /hard link/],
    ['a hard link to a later or no file', { name: 'state/h', flag: '1', target: 'state/later' }, /hard link/],
    [
      'a hard link out of the state',
      { name: 'state/h', flag: '1', target: 'clawproof-backup.json' },
      /hard link/,
    ],
    ['a foreign owner', { name: 'state/x', uid: 33 }, /belongs to 33:1000/],
    ['a foreign group', { name: 'state/x', gid: 4 }, /belongs to 1000:4/],
    ['a device', { name: 'state/x', flag: '3' }, /kind "3"/],
    ['a pipe', { name: 'state/x', flag: '6' }, /kind "6"/],
    ['an impossible mode', { name: 'state/x', mode: 0o107777 }, /impossible mode/],
    ['a file beside state and deployment', { name: 'home/x' }, /no part of a backup/],
    ['a file of the folder that is none of ours', { name: 'deployment/.git/hooks/x' }, /no part of a backup/],
    ['a change that would be run', { name: 'deployment/.clawproof/change.json' }, /no part of a backup/],
    [
      'a link in the folder',
      { name: 'deployment/scripts/x', flag: '2', target: '/etc/passwd' },
      /only files/,
    ],
    [
      'a file of the folder of two megabytes',
      { name: 'deployment/config/x', text: 'x'.repeat(2 << 20) },
      /too long/,
    ],
  ])('with %s is refused', async (_what, entry, words) => {
    const around: MadeEntry[] = [
      ROOT,
      { name: 'state/file' },
      { name: 'state/link', flag: '2', target: '/etc' },
    ];
    await expect(readArchive(pieces(made([...around, entry])))).rejects.toThrow(words);
  });

  test('is refused when its manifest tells of other contents, and names the entry', async () => {
    const good = await written(STATE);
    const at = good.indexOf('hello');
    good.write('hullo', at, 'latin1');
    await expect(readArchive(pieces(good))).rejects.toThrow('"state/a" is not as its manifest says');
  });

  test.each([
    ['one entry less', 3, 1],
    ['no manifest', 0, 0],
  ])('is refused with %s than the manifest tells', async (_what, from, count) => {
    const entries = [ROOT, ...STATE].slice(0, from + count);
    await expect(readArchive(pieces(made(entries, formatManifest(['{}'], 7))))).rejects.toThrow(ArchiveError);
  });

  test('is refused when it is no backup, a newer one, or holds no state', async () => {
    await expect(readArchive(pieces(Buffer.concat([tarEntry(ROOT), TAR_END])))).rejects.toThrow(
      'does not begin as',
    );
    const newer = tarEntry({ name: HEAD_NAME, text: JSON.stringify({ format: 2 }) });
    await expect(readArchive(pieces(Buffer.concat([newer, TAR_END])))).rejects.toThrow('newer clawproof');
    await expect(readArchive(pieces(Buffer.concat([TAR_END])))).rejects.toThrow('before its manifest');
  });

  test('with something behind its manifest is refused', async () => {
    const good = await written([]);
    const more = Buffer.concat([
      good.subarray(0, -TAR_END.length),
      tarEntry({ name: 'state/late' }),
      TAR_END,
    ]);
    await expect(readArchive(pieces(more))).rejects.toThrow('behind its manifest');
  });

  test('is never written of a state that could not be restored', async () => {
    await expect(written([{ name: 'state/x', uid: 5 }])).rejects.toThrow('belongs to 5:1000');
  });
});
