import { randomBytes } from 'node:crypto';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { FakeThreads } from '../../ports/fake/fake-threads.ts';
import { type FileKey, makeFileKey } from './age-key.ts';
import { startEncrypter } from './age-encrypt.ts';
import { AgeError, decrypt } from './age-stream.ts';

const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);
const KEY = { identities: [identity] };
const PIECE = 64 * 1024;
const FEW = { numRuns: 40 };
const random = { hex: (bytes: number) => randomBytes(bytes).toString('hex') };
const HERE = { random, threads: new FakeThreads() };

async function encrypted(
  key: FileKey,
  bytes: Uint8Array,
  pieceLength: number,
  ports = HERE,
): Promise<Buffer> {
  const written: Buffer[] = [];
  const encrypter = await startEncrypter(ports, key);
  try {
    const sink = encrypter.to(async (part) => void written.push(Buffer.from(part)));
    for (let at = 0; at < bytes.length; at += pieceLength)
      await sink.push(bytes.subarray(at, at + pieceLength));
    await sink.finish();
  } finally {
    encrypter.close();
  }
  return Buffer.concat(written);
}

async function* piecesOf(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function decrypted(
  bytes: Uint8Array,
  pieceLength: number,
  key: Parameters<typeof decrypt>[1] = KEY,
): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const part of decrypt(piecesOf(bytes, pieceLength), key)) found.push(part);
  return Buffer.concat(found);
}

const fileKey = await makeFileKey({ recipients: [recipient] });
const bytesOf = (length: number): Buffer => Buffer.alloc(length, 'clawproof');

describe('an age file', () => {
  propertyTest.prop(
    [
      fc.oneof(
        fc.constantFrom(0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 40 * PIECE + 5),
        fc.nat(3 * PIECE),
      ),
      fc.integer({ min: 700, max: 3 * PIECE }),
    ],
    FEW,
  )('is read by the library, and by us, as it was written', async (length, pieceLength) => {
    const bytes = bytesOf(length);
    const file = await encrypted(fileKey, bytes, pieceLength);
    const library = new Decrypter();
    library.addIdentity(identity);
    expect(Buffer.from(await library.decrypt(new Uint8Array(file))).equals(bytes)).toBe(true);
    expect((await decrypted(file, pieceLength)).equals(bytes)).toBe(true);
  });

  test('of the library is read by us', async () => {
    const library = new Encrypter();
    library.addRecipient(recipient);
    const bytes = bytesOf(3 * PIECE);
    expect((await decrypted(await library.encrypt(new Uint8Array(bytes)), 5000)).equals(bytes)).toBe(true);
  });

  propertyTest.prop([fc.nat(), fc.integer({ min: 0, max: 7 })], FEW)(
    'with a flipped bit is refused',
    async (place, bit) => {
      const file = await encrypted(fileKey, bytesOf(2 * PIECE + 9), PIECE);
      const at = place % file.length;
      file[at] = (file[at] ?? 0) ^ (1 << bit);
      await expect(decrypted(file, PIECE)).rejects.toBeInstanceOf(AgeError);
    },
  );

  propertyTest.prop([fc.nat()], FEW)('that is cut short is refused', async (place) => {
    const file = await encrypted(fileKey, bytesOf(2 * PIECE), PIECE);
    await expect(decrypted(file.subarray(0, place % file.length), PIECE)).rejects.toBeInstanceOf(AgeError);
  });

  test('with something behind its end is refused', async () => {
    const file = await encrypted(fileKey, bytesOf(PIECE), PIECE);
    await expect(decrypted(Buffer.concat([file, Buffer.alloc(20)]), PIECE)).rejects.toMatchObject({
      reason: 'damaged',
    });
  });

  test('does not open for another identity', async () => {
    const other = { identities: [await generateX25519Identity()] };
    const file = await encrypted(fileKey, bytesOf(9), PIECE);
    await expect(decrypted(file, PIECE, other)).rejects.toMatchObject({ reason: 'wrong-key' });
  });

  test(
    'with a passphrase is read by the library; a wrong one opens nothing',
    { timeout: 120_000 },
    async () => {
      const key = await makeFileKey({ passphrase: 'a long passphrase' }, 8);
      const file = await encrypted(key, bytesOf(9), PIECE);
      const library = new Decrypter();
      library.addPassphrase('a long passphrase');
      expect(Buffer.from(await library.decrypt(new Uint8Array(file))).equals(bytesOf(9))).toBe(true);
      expect((await decrypted(file, PIECE, { passphrase: 'a long passphrase' })).equals(bytesOf(9))).toBe(
        true,
      );
      await expect(decrypted(file, PIECE, { passphrase: 'a wrong passphrase' })).rejects.toMatchObject({
        reason: 'wrong-key',
      });
    },
  );
});
