import { join } from 'node:path';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';
import { type OwnerContext, readOwned } from '../container-owner.ts';
import type { FolderFile } from './archive.ts';
import { readSkillFiles } from './skill-files.ts';

/** Files that only their owner and clawproof write. */
const PLAIN = [
  PATHS.policy,
  PATHS.lock,
  PATHS.compose,
  PATHS.dotenv,
  PATHS.healthScript,
  PATHS.squidConfig,
  PATHS.caddyfile,
];
/** Read as the gateway's user where need be. */
const OWNED = [PATHS.openclawConfig, PATHS.gatewayToken];
/** clawproof's own records: kept in the backup for people to read, never put back. */
const RECORDS = ['journal.jsonl', 'results/up.json', 'results/doctor.json', 'results/security-audit.json'];
const MAX_RECORD = 1024 * 1024;

/** All files of a deployment folder that a backup holds, as they are now. */
export async function readFolderFiles(context: OwnerContext, folder: string): Promise<FolderFile[]> {
  const { ports } = context;
  const keys = await pathsBelow(ports, folder, PATHS.keys);
  const own = [
    ...(await pathsBelow(ports, folder, PATHS.scripts)),
    ...(await pathsBelow(ports, folder, PATHS.protectedFiles)),
  ];
  const found: (FolderFile | null)[] = [];
  for (const path of [...PLAIN, ...own]) found.push(await readPlain(ports, folder, path, path));
  for (const path of [...OWNED, ...keys]) found.push(await readByOwner(context, folder, path));
  for (const path of RECORDS) {
    const record = await readPlain(ports, folder, `${PATHS.toolFolder}/${path}`, `records/${path}`);
    // A journal of years must not keep anybody from making a backup.
    found.push(record === null || record.bytes.length > MAX_RECORD ? null : record);
  }
  return [...found.filter((file) => file !== null), ...(await readSkillFiles(ports.files, folder))];
}

/** Paths of what lies in one of a deployment's folders, and one folder deeper. */
export async function pathsBelow(
  { files }: Pick<Ports, 'files'>,
  folder: string,
  name: string,
): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await files.list(join(folder, name))) {
    const path = `${name}/${entry}`;
    if ((await files.stat(join(folder, path)))?.kind !== 'directory') found.push(path);
    else found.push(...(await files.list(join(folder, path))).map((inner) => `${path}/${inner}`));
  }
  return found;
}

async function readPlain(
  { files }: Pick<Ports, 'files'>,
  folder: string,
  path: string,
  name: string,
): Promise<FolderFile | null> {
  const stat = await files.stat(join(folder, path));
  if (stat?.kind !== 'file') return null;
  const bytes = await files.readBytes(join(folder, path));
  return bytes === null ? null : { path: name, bytes, mode: stat.mode & 0o777 };
}

async function readByOwner(context: OwnerContext, folder: string, path: string): Promise<FolderFile | null> {
  const text = await readOwned(context, folder, path);
  if (text === null) return null;
  return { path, bytes: Buffer.from(text), mode: path === PATHS.openclawConfig ? 0o600 : 0o400 };
}
