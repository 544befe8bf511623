import { createHash } from 'node:crypto';
import { CONTAINER_UID } from '../../render/layout.ts';
import { LIMITS } from '../../skills/limits.ts';
import {
  type BackupHead,
  compareManifest,
  HEAD_NAME,
  MANIFEST_NAME,
  manifestLine,
  parseHead,
} from './manifest.ts';
import { BLOCK } from './tar-header.ts';
import type { TarEntry, TarListener } from './tar-reader.ts';

/** What is wrong with an archive, in words. */
export class ArchiveError extends Error {}

/** Far more than any deployment has; keeps a made-up archive out of memory. */
export const MAX_ENTRIES = 1_000_000;
const MAX_NAME = 4096;
/** Of a file of the deployment folder. */
export const MAX_FILE = 1024 * 1024;
const MAX_FOLDER = 64 * MAX_FILE;
/** Of all installed skills; they are held in memory. */
const MAX_SKILLS = 128 * MAX_FILE;
const MAX_MANIFEST = 1024 * MAX_FILE;

export const FOLDER_PREFIX = 'deployment/';
export const STATE_PREFIX = 'state/';

/**
 * Looks at an archive while it goes by and refuses all that no backup holds: names that lead elsewhere, entries behind a
 * link, devices, duplicates, foreign owners, hard links to something else than a file of the state, more than the
 * manifest tells. It is used while an archive is written, too: what cannot be restored is never called a backup.
 */
export class ArchiveCheck implements TarListener {
  head: BackupHead | null = null;
  /** Files of the deployment folder by their path in it. */
  readonly folder = new Map<string, { bytes: Buffer; mode: number }>();
  readonly lines: string[] = [];
  /** Of all contents. */
  bytes = 0;
  isComplete = false;
  readonly #kinds = new Map<string, TarEntry['kind']>();
  #hash: ReturnType<typeof createHash> | null = null;
  #kept: Buffer[] | null = null;
  #folderBytes = 0;
  #skillBytes = 0;

  /** True while the entry that was announced last belongs to the state. */
  inState = false;

  entry(entry: TarEntry): void {
    if (this.isComplete) throw new ArchiveError('something stands behind its manifest');
    if (this.#kinds.size >= MAX_ENTRIES) throw new ArchiveError(`it has more than ${MAX_ENTRIES} entries`);
    this.#requireName(entry);
    this.inState = entry.name === 'state' || entry.name.startsWith(STATE_PREFIX);
    if (this.inState) this.#requireState(entry);
    else this.#requirePlain(entry);
    this.#kinds.set(entry.name, entry.kind);
    this.bytes += entry.size;
    this.#hash = entry.kind === 'file' ? createHash('sha256') : null;
    this.#kept = this.inState ? null : [];
  }

  content(bytes: Buffer): void {
    this.#hash?.update(bytes);
    this.#kept?.push(Buffer.from(bytes));
  }

  end(entry: TarEntry): void {
    const kept = this.#kept === null ? null : Buffer.concat(this.#kept);
    this.#kept = null;
    if (entry.name === MANIFEST_NAME) return this.#endManifest(entry, kept);
    this.lines.push(manifestLine(entry, this.#hash?.digest('hex') ?? ''));
    if (kept === null) return;
    if (entry.name === HEAD_NAME) this.#endHead(kept);
    else this.folder.set(entry.name.slice(FOLDER_PREFIX.length), { bytes: kept, mode: entry.mode });
  }

  /** @throws ArchiveError when the manifest has not come by yet */
  finish(): void {
    if (!this.isComplete) throw new ArchiveError('it ends before its manifest');
  }

  #requireName({ name, mode }: TarEntry): void {
    const shown = JSON.stringify(name);
    const parts = name.split('/');
    if (name.length > MAX_NAME || name.includes('\0'))
      throw new ArchiveError('an entry has an impossible name');
    if (parts.some((part) => part === '' || part === '.' || part === '..'))
      throw new ArchiveError(`the name ${shown} leads out of it`);
    if (this.#kinds.has(name)) throw new ArchiveError(`${shown} is in it twice`);
    if (mode > 0o7777) throw new ArchiveError(`${shown} has an impossible mode`);
    if (this.#kinds.size === 0 && name !== HEAD_NAME)
      throw new ArchiveError('it does not begin as a backup of clawproof does');
  }

  #requireState(entry: TarEntry): void {
    const shown = JSON.stringify(entry.name);
    const isOurs = (id: number): boolean => id === 0 || id === CONTAINER_UID;
    if (!isOurs(entry.uid) || !isOurs(entry.gid))
      throw new ArchiveError(`${shown} belongs to ${entry.uid}:${entry.gid}, neither root nor the gateway`);
    const slash = entry.name.lastIndexOf('/');
    if (slash === -1 ? entry.kind !== 'folder' : this.#kinds.get(entry.name.slice(0, slash)) !== 'folder')
      throw new ArchiveError(`${shown} is in no folder of the archive`);
    if (entry.target.includes('\0') || entry.target.length > MAX_NAME)
      throw new ArchiveError(`${shown} leads to an impossible name`);
    if (entry.kind === 'link' && entry.target === '') throw new ArchiveError(`${shown} leads nowhere`);
    if (entry.kind === 'hard-link') this.#requireHardLink(entry, shown);
  }

  /** One name more for a file that came before it, and nothing else. */
  #requireHardLink({ target }: TarEntry, shown: string): void {
    const found = this.#kinds.get(target);
    if (!target.startsWith(STATE_PREFIX) || (found !== 'file' && found !== 'link'))
      throw new ArchiveError(`${shown} is a hard link to something that is no file of the state`);
  }

  /** Files of the deployment folder, the head and the manifest: small, plain, and with names that clawproof gives. */
  #requirePlain({ name, kind, size }: TarEntry): void {
    const shown = JSON.stringify(name);
    if (kind !== 'file') throw new ArchiveError(`${shown} is a ${kind}, where only files may be`);
    if (name === MANIFEST_NAME) {
      if (size > MAX_MANIFEST) throw new ArchiveError('its manifest is far too long');
      return;
    }
    if (name !== HEAD_NAME && !isFolderFile(name)) throw new ArchiveError(`${shown} is no part of a backup`);
    if (isSkillFile(name)) return this.#requireSkill(size, shown);
    this.#folderBytes += size + BLOCK;
    if (size > MAX_FILE || this.#folderBytes > MAX_FOLDER) throw new ArchiveError(`${shown} is far too long`);
  }

  #requireSkill(size: number, shown: string): void {
    this.#skillBytes += size + BLOCK;
    if (size > LIMITS.fileBytes || this.#skillBytes > MAX_SKILLS)
      throw new ArchiveError(`${shown} is far too long`);
  }

  #endHead(bytes: Buffer): void {
    const found = parseHead(bytes.toString('utf8'));
    if (typeof found === 'number')
      throw new ArchiveError(`it has format ${found}, which a newer clawproof writes`);
    if (found === null) throw new ArchiveError('it does not begin as a backup of clawproof does');
    this.head = found;
  }

  #endManifest(entry: TarEntry, kept: Buffer | null): void {
    const problem = compareManifest(
      (kept ?? Buffer.alloc(0)).toString('utf8'),
      this.lines,
      this.bytes - entry.size,
    );
    if (problem !== null) throw new ArchiveError(problem);
    if (this.#kinds.get('state') !== 'folder') throw new ArchiveError('it holds no state');
    this.isComplete = true;
  }
}

const PLAIN_NAME = /^[A-Za-z0-9._-]{1,100}$/;
const FILES = /^(?:clawproof\.yaml|clawproof\.lock|compose\.yaml|\.env)$/;
const FOLDERS = /^(?:config|secrets|scripts|workspace|records)\//;
/** Below the folder of one skill its author chose the names. */
const SKILL_FILE = /^deployment\/skills\/[a-z0-9][a-z0-9_-]{0,63}\/./;

function isSkillFile(name: string): boolean {
  return SKILL_FILE.test(name);
}

/** What of a deployment folder a backup may hold; also what a restore may write. */
export function isFolderFile(name: string): boolean {
  if (!name.startsWith(FOLDER_PREFIX)) return false;
  if (isSkillFile(name)) return true;
  const path = name.slice(FOLDER_PREFIX.length);
  return FILES.test(path) || (FOLDERS.test(path) && path.split('/').every((part) => PLAIN_NAME.test(part)));
}
