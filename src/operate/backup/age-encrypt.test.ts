import { randomBytes } from 'node:crypto';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { FakeThreads } from '../../ports/fake/fake-threads.ts';
import { createNodeThreads } from '../../ports/node/threads.ts';
import type { Thread, Threads } from '../../ports/threads.ts';
import { startEncrypter } from './age-encrypt.ts';
import { makeFileKey } from './age-key.ts';

const MiB = 1024 * 1024;
const PIECE = 64 * 1024;
const random = { hex: (bytes: number) => randomBytes(bytes).toString('hex') };
const identity = await generateX25519Identity();
const key = await makeFileKey({ recipients: [await identityToRecipient(identity)] });
const plain = randomBytes(7 * MiB);

/** Cuts as they come: their lengths in turn. */
async function encrypted(
  threads: Threads,
  bytes: Buffer,
  cuts: readonly number[],
  write: (part: Buffer) => Promise<void>,
): Promise<void> {
  const encrypter = await startEncrypter({ random, threads }, key);
  const sink = encrypter.to(write);
  try {
    for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
      const part = Buffer.from(bytes.subarray(at, at + (cuts[turn % cuts.length] ?? 1)));
      await sink.push(part);
      // Whoever pushes may use the memory again.
      at += part.length;
      part.fill(0);
    }
    await sink.finish();
  } finally {
    await sink.settle();
    encrypter.close();
  }
}

async function decrypted(file: Buffer): Promise<Buffer> {
  const library = new Decrypter();
  library.addIdentity(identity);
  return Buffer.from(await library.decrypt(new Uint8Array(file)));
}

const lengths = fc.oneof(
  fc.constantFrom(0, 1, PIECE, MiB - 1, MiB, MiB + 1, 4 * MiB, 5 * MiB + 7),
  fc.nat(plain.length),
);
const cuts = fc.array(fc.integer({ min: 1000, max: 2 * MiB }), { minLength: 1, maxLength: 5 });

describe.each([
  ['in a thread', createNodeThreads()],
  ['without threads', new FakeThreads()],
])('an age file made %s', (_where, threads) => {
  propertyTest.prop([lengths, cuts], { numRuns: 12 })(
    'is read by the library, however it is cut and however slowly it is written',
    async (length, lengthsOfCuts) => {
      const written: Buffer[] = [];
      await encrypted(threads, plain.subarray(0, length), lengthsOfCuts, async (part) => {
        // A part must hold until its write has resolved.
        await new Promise((resolve) => setImmediate(resolve));
        written.push(Buffer.from(part));
      });
      expect((await decrypted(Buffer.concat(written))).equals(plain.subarray(0, length))).toBe(true);
    },
    120_000,
  );

  test('tells of a failed write, and writes nothing behind it', async () => {
    let count = 0;
    const write = async (): Promise<void> => {
      count += 1;
      if (count === 3) throw new Error('the disk is full');
    };
    await expect(encrypted(threads, plain, [MiB], write)).rejects.toThrow('the disk is full');
    expect(count).toBe(3);
  });

  test('tells of a failed write of its very end', async () => {
    let count = 0;
    const write = async (): Promise<void> => {
      count += 1;
      if (count === 2) throw new Error('the disk is full');
    };
    await expect(encrypted(threads, plain.subarray(0, 10), [10], write)).rejects.toThrow('disk is full');
  });
});

test('two files of the same contents and key differ', async () => {
  const files: Buffer[] = [];
  for (const threads of [createNodeThreads(), createNodeThreads()]) {
    const parts: Buffer[] = [];
    await encrypted(
      threads,
      Buffer.alloc(PIECE),
      [PIECE],
      async (part) => void parts.push(Buffer.from(part)),
    );
    files.push(Buffer.concat(parts));
  }
  const [first, second] = files.map((file) => file.subarray(key.header.length));
  expect(first?.equals(second as Buffer)).toBe(false);
});

test('the file fails when its thread does, and settles all the same', async () => {
  const dying: Thread = {
    ask: () => Promise.reject(new Error('the thread has ended')),
    close: () => undefined,
  };
  const threads = { start: () => Promise.resolve(dying) };
  const written: Buffer[] = [];
  const write = async (part: Buffer): Promise<void> => void written.push(part);
  await expect(encrypted(threads, plain, [MiB], write)).rejects.toThrow('the thread has ended');
  expect(written).toHaveLength(1);
});
