import {
  backupWithoutKey,
  backupWithoutLock,
  keyFileUnusable,
  recipientUnusable,
} from '../../errors/backup-errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { checkIdentity, checkRecipient, type Key, type Lock } from './age-key.ts';
import { type Encryption, encryptionOf } from './backup-file.ts';

/** Far more than any passphrase or file of identities. */
const MAX_BYTES = 64 * 1024;
const MIN_PASSPHRASE = 12;

export interface LockChoices {
  /** Absolute path. */
  passphraseFile?: string;
  recipients: readonly string[];
  /** False = said explicitly that nothing is to be encrypted. */
  encryption: boolean;
}

export interface KeyChoices {
  passphraseFile?: string;
  /** Absolute path of a file as age-keygen writes it. */
  identity?: string;
}

type KeyPorts = Pick<Ports, 'files' | 'terminal' | 'system'>;

/**
 * For whom a backup is encrypted; null for nobody.
 * @throws AppError `backup-without-key` when nothing was said and nobody can be asked
 */
export async function chooseLock(ports: KeyPorts, choices: LockChoices): Promise<Lock | null> {
  if (!choices.encryption) return null;
  if (choices.recipients.length > 0) {
    for (const recipient of choices.recipients) requireRecipient(recipient);
    return { recipients: choices.recipients };
  }
  if (choices.passphraseFile !== undefined)
    return { passphrase: await readPassphrase(ports, choices.passphraseFile) };
  return { passphrase: await askNewPassphrase(ports) };
}

/** What opens a backup, asked for when nothing was given; null for one that is not encrypted. */
export async function chooseKey(ports: KeyPorts, file: string, choices: KeyChoices): Promise<Key | null> {
  const encryption: Encryption = await encryptionOf(ports.files, file);
  if (encryption === 'none') return null;
  if (encryption === 'recipient') {
    if (choices.identity === undefined) throw backupWithoutKey(file, false);
    return { identities: await readIdentities(ports, choices.identity) };
  }
  if (choices.passphraseFile !== undefined)
    return { passphrase: await readPassphrase(ports, choices.passphraseFile) };
  const typed = await ports.terminal.askSecret(`Passphrase of ${file}`);
  if (typed === null || typed === '') throw backupWithoutKey(file, true);
  return { passphrase: typed };
}

function requireRecipient(text: string): void {
  try {
    checkRecipient(text);
  } catch {
    throw recipientUnusable(text);
  }
}

async function askNewPassphrase({ terminal }: KeyPorts): Promise<string> {
  const first = await terminal.askSecret(
    `Passphrase for the backup, at least ${MIN_PASSPHRASE} characters; without it nobody opens it again`,
  );
  if (first === null) throw backupWithoutLock();
  const second = await terminal.askSecret('The same once more');
  if (first === second && first.length >= MIN_PASSPHRASE) return first;
  terminal.err(
    first === second ? `That is shorter than ${MIN_PASSPHRASE} characters.\n` : 'The two differ.\n',
  );
  throw backupWithoutLock();
}

/** The first line of a file. */
async function readPassphrase(ports: KeyPorts, path: string): Promise<string> {
  const [line = ''] = (await readPrivate(ports, path)).split(/\r?\n/, 1);
  if (line.length < MIN_PASSPHRASE)
    throw keyFileUnusable(path, `holds no passphrase of ${MIN_PASSPHRASE} characters or more`);
  return line;
}

async function readIdentities(ports: KeyPorts, path: string): Promise<string[]> {
  const lines = (await readPrivate(ports, path)).split(/\r?\n/).map((line) => line.trim());
  const found = lines.filter((line) => line !== '' && !line.startsWith('#'));
  try {
    for (const identity of found) checkIdentity(identity);
  } catch {
    throw keyFileUnusable(path, 'holds something that is no identity of age');
  }
  if (found.length === 0) throw keyFileUnusable(path, 'holds no identity of age');
  return found;
}

/** A key that others may read is none. */
async function readPrivate({ files, system }: KeyPorts, path: string): Promise<string> {
  const text = await files.readUntrusted(path, MAX_BYTES);
  if (text === null) throw keyFileUnusable(path, 'is not there');
  const stat = await files.stat(path);
  if (stat !== null && system.platform !== 'win32' && (stat.mode & 0o077) !== 0)
    throw keyFileUnusable(path, 'can be read by others');
  return text;
}
