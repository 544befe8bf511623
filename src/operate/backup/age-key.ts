import { createCipheriv, createDecipheriv, scrypt } from 'node:crypto';
import { Decrypter, Encrypter, type Identity, type Recipient, Stanza } from 'age-encryption';

/** For whom a backup is encrypted: whoever knows the passphrase, or has the identity of one of the recipients. */
export type Lock = { passphrase: string } | { recipients: readonly string[] };
/** What opens a backup: the passphrase, or identities ("AGE-SECRET-KEY-1…"). */
export type Key = { passphrase: string } | { identities: readonly string[] };

export interface FileKey {
  /** The text before the encrypted contents. */
  header: Buffer;
  key: Uint8Array;
}

const SALT_LABEL = 'age-encryption.org/v1/scrypt';
/** 2^18 rounds: about a second on one core, and 256 MiB. */
const WORK_FACTOR = 18;
/** A header may ask for more work than this machine has time and memory for. */
const MAX_WORK_FACTOR = 20;
const TAG_BYTES = 16;
/** Behind the header of an empty file: a nonce, and one empty piece with its tag. */
const EMPTY_BYTES = 16 + TAG_BYTES;

/**
 * Makes a new key for one file, and the header that gives it to whoever may have it. Header and key exchange are the
 * library's; the library's own encryption of the contents runs in JavaScript, a tenth as fast as Node's.
 * @param workFactor base-2 logarithm of the rounds that a passphrase costs
 * @throws Error of the library for a recipient that it does not know
 */
export async function makeFileKey(lock: Lock, workFactor: number = WORK_FACTOR): Promise<FileKey> {
  const encrypter = new Encrypter();
  let key: Uint8Array | undefined;
  const keep = (bytes: Uint8Array): void => void (key = bytes.slice());
  if ('passphrase' in lock) encrypter.addRecipient(passphraseRecipient(lock.passphrase, workFactor, keep));
  else {
    encrypter.addRecipient({ wrapFileKey: (bytes) => (keep(bytes), []) });
    for (const recipient of lock.recipients) encrypter.addRecipient(recipient);
  }
  const whole = Buffer.from(await encrypter.encrypt(new Uint8Array(0)));
  if (key === undefined) throw new Error('the library for age made no key');
  return { header: whole.subarray(0, -EMPTY_BYTES), key };
}

/** @returns null when `key` does not open the file */
export async function openFileKey(header: Uint8Array, key: Key): Promise<Uint8Array | null> {
  const decrypter = new Decrypter();
  if ('passphrase' in key) decrypter.addIdentity(passphraseIdentity(key.passphrase));
  else for (const identity of key.identities) decrypter.addIdentity(identity);
  try {
    return await decrypter.decryptHeader(header);
  } catch {
    return null;
  }
}

/** Throws for text that is no recipient ("age1…"). */
export function checkRecipient(text: string): void {
  new Encrypter().addRecipient(text);
}

/** Throws for text that is no identity ("AGE-SECRET-KEY-1…"). */
export function checkIdentity(text: string): void {
  new Decrypter().addIdentity(text);
}

/** True when the header asks for a passphrase. */
export function wantsPassphrase(header: Uint8Array): boolean {
  return Buffer.from(header).toString('latin1').includes('\n-> scrypt ');
}

function passphraseRecipient(
  passphrase: string,
  workFactor: number,
  keep: (key: Uint8Array) => void,
): Recipient {
  return {
    wrapFileKey: async (fileKey) => {
      keep(fileKey);
      const salt = crypto.getRandomValues(new Uint8Array(16));
      const cipher = createCipheriv(
        'chacha20-poly1305',
        await derive(passphrase, salt, workFactor),
        NO_NONCE,
        {
          authTagLength: TAG_BYTES,
        },
      );
      const body = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]);
      return [new Stanza(['scrypt', base64(salt), String(workFactor)], body)];
    },
  };
}

function passphraseIdentity(passphrase: string): Identity {
  return {
    unwrapFileKey: async (stanzas) => {
      const [stanza, ...others] = stanzas;
      const [kind, salt = '', factor = ''] = stanza?.args ?? [];
      if (stanza === undefined || kind !== 'scrypt' || others.length > 0) return null;
      if (!/^[1-9]\d?$/.test(factor) || Number(factor) > MAX_WORK_FACTOR || stanza.body.length !== 32)
        return null;
      const secret = await derive(passphrase, Buffer.from(salt, 'base64'), Number(factor));
      const decipher = createDecipheriv('chacha20-poly1305', secret, NO_NONCE, { authTagLength: TAG_BYTES });
      decipher.setAuthTag(stanza.body.subarray(16));
      try {
        return Buffer.concat([decipher.update(stanza.body.subarray(0, 16)), decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}

const NO_NONCE = new Uint8Array(12);

function derive(passphrase: string, salt: Uint8Array, factor: number): Promise<Buffer> {
  const cost = { N: 2 ** factor, r: 8, p: 1, maxmem: 2 ** factor * 1024 + 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(passphrase, Buffer.concat([Buffer.from(SALT_LABEL), salt]), 32, cost, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
