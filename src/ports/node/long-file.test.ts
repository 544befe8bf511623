import { createHash } from 'node:crypto';
import {
  constants,
  type FileHandle,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemError } from './look-up.ts';
import { createLongFile } from './long-file.ts';

const MiB = 1024 * 1024;
const O_DIRECT: number = constants.O_DIRECT ?? 0;
let folder = '';
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clawproof-long-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function next(): string {
  count += 1;
  return join(folder, `${count}`);
}

/** Bytes that differ from block to block. */
function bytes(length: number): Buffer {
  const piece = createHash('sha256').update(`${length}`).digest();
  return Buffer.alloc(length, Buffer.concat([piece, Buffer.from('odd')]));
}

test.each([0, 1, 4095, 4096, 4097, MiB - 1, MiB, MiB + 1, 3 * MiB + 12_345])(
  'what was written is in it, %d bytes, with its mode',
  async (length) => {
    const path = next();
    const file = await createLongFile(path);
    await file.write(bytes(length));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await file.finish(0o640);
    expect((await readFile(path)).equals(bytes(length))).toBe(true);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  },
);

test('pieces of any lengths follow each other, though their memory is written over', async () => {
  const lengths = fc.array(fc.integer({ min: 0, max: MiB + MiB / 2 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(lengths, async (sizes) => {
      const path = next();
      const file = await createLongFile(path);
      const expected = sizes.map(bytes);
      for (const piece of expected) {
        const given = Buffer.from(piece);
        await file.write(given);
        given.fill(0xff);
      }
      await file.finish(0o600);
      expect((await readFile(path)).equals(Buffer.concat(expected))).toBe(true);
      await rm(path);
    }),
    { numRuns: 25 },
  );
});

test.each([
  'a file system that cannot open it so',
  'one that refuses the second block',
  'one that takes half a block',
])('it goes on through the page cache: %s', async (which) => {
  const path = next();
  const file = await createLongFile(path, (at, flags, mode) => openAt(at, flags, mode, which));
  await file.write(bytes(2 * MiB + 99));
  await file.finish(0o600);
  expect((await readFile(path)).equals(bytes(2 * MiB + 99))).toBe(true);
});

test('a block that does not reach the disk is told with the next one or at the end; closing is then all that is left', async () => {
  for (const length of [MiB, 3 * MiB]) {
    const path = next();
    const file = await createLongFile(path, (at, flags, mode) => openAt(at, flags, mode, 'full'));
    const work = file.write(bytes(length)).then(() => file.finish(0o600));
    await expect(work).rejects.toMatchObject({ code: 'ENOSPC' });
    await file.close();
    await file.close();
  }
});

test('a file that took its name meanwhile gets nothing', async () => {
  const path = next();
  const file = await createLongFile(path, async (at, flags, mode) => {
    const opened = await open(at, flags & ~O_DIRECT, mode);
    if (mode === undefined) return opened;
    await rename(at, `${at}.moved`);
    await writeFile(at, 'of another user');
    return opened;
  });
  await file.write(bytes(99));
  await file.finish(0o600);
  expect(await readFile(path, 'utf8')).toBe('of another user');
  expect((await readFile(`${path}.moved`)).equals(bytes(99))).toBe(true);
});

test('it takes the place of nothing', async () => {
  const path = next();
  await (await createLongFile(path)).finish(0o600);
  await expect(createLongFile(path)).rejects.toMatchObject({ code: 'EEXIST' });
  expect(await readdir(folder)).toContain(`${count}`);
});

/** Opens as told, but refuses what this file system does not do. */
async function openAt(
  path: string,
  flags: number,
  mode: number | undefined,
  which: string,
): Promise<FileHandle> {
  const isDirect = (flags & O_DIRECT) !== 0;
  if (which.startsWith('a file system') && isDirect) throw systemError('EINVAL', path);
  const file = await open(path, isDirect ? flags & ~O_DIRECT : flags, mode);
  const write = file.write.bind(file) as (
    ...args: unknown[]
  ) => Promise<{ bytesWritten: number; buffer: Buffer }>;
  let writes = 0;
  const refusing = (
    buffer: Buffer,
    at: number,
    length: number,
    position: number,
  ): ReturnType<typeof write> => {
    writes += 1;
    if (which === 'full') throw systemError('ENOSPC', path);
    if (which.includes('half') && isDirect && writes === 1)
      return write(buffer, at, length / 2 + 1, position);
    if (isDirect && writes === 2) throw systemError('EINVAL', path);
    return write(buffer, at, length, position);
  };
  return Object.assign(file, {
    write: (...args: Parameters<typeof refusing>) => Promise.resolve().then(() => refusing(...args)),
  });
}
