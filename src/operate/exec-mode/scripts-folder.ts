import { join } from 'node:path';
import { scriptsWrong } from '../../errors/exec-errors.ts';
import type { Policy } from '../../policy/policy.ts';
import { parseScriptName } from '../../policy/script-name.ts';
import type { Files } from '../../ports/files.ts';
import { PATHS } from '../../render/layout.ts';
import { sha256Of } from '../content-hash.ts';
import { readScript, type ScriptFacts } from './script-file.ts';

/** Everybody may read and run a script, and nobody writes it. */
export const SCRIPT_MODE = 0o555;

/** A name that clawproof.yaml lists, or that is in the folder. */
export interface ScriptEntry {
  name: string;
  /** True when clawproof.yaml lists it. */
  isListed: boolean;
  /** Absent when there is no file that could be run. */
  facts?: ScriptFacts & {
    /** SHA-256 as hex. */
    hash: string;
  };
  /** Why it cannot be run; the end of a sentence that begins with its name. */
  why?: string;
}

/** The folder, which the container's user has to be able to read. */
export async function ensureScriptsFolder(files: Files, folder: string): Promise<void> {
  const path = join(folder, PATHS.scripts);
  const stat = await files.stat(path);
  if (stat === null) await files.makeDirectory(path, 0o755);
  // What the umask took away when it was made.
  if ((await files.stat(path))?.mode !== 0o755) await files.setMode(path, 0o755);
}

/** What is listed and what is there, sorted by name. */
export async function readScripts(
  files: Files,
  folder: string,
  { exec }: Pick<Policy, 'exec'>,
): Promise<ScriptEntry[]> {
  const path = join(folder, PATHS.scripts);
  const stat = await files.stat(path);
  const there = stat?.kind === 'directory' ? await files.list(path) : [];
  const names = [...new Set([...exec.scripts, ...there])].toSorted();
  return Promise.all(
    names.map(async (name) => ({
      name,
      isListed: exec.scripts.includes(name),
      ...(await lookAt(files, join(path, name), name)),
    })),
  );
}

async function lookAt(
  files: Files,
  path: string,
  name: string,
): Promise<Omit<ScriptEntry, 'name' | 'isListed'>> {
  const stat = await files.stat(path);
  if (stat === null) return { why: `is not in the folder ${PATHS.scripts}` };
  if (stat.kind === 'symlink') return { why: 'is a link, and a link leads out of the folder' };
  if (stat.kind !== 'file') return { why: 'is no file' };
  const parsed = parseScriptName(name);
  if (!parsed.ok) return { why: parsed.problem };
  const content = await files.readBytes(path);
  if (content === null) return { why: `is not in the folder ${PATHS.scripts}` };
  const facts = readScript(content);
  if ('why' in facts) return { why: facts.why };
  if ((stat.mode & 0o111) !== 0o111) return { why: 'cannot be run by everybody (chmod 555)' };
  return { facts: { ...facts, hash: sha256Of(content) } };
}

/**
 * Refuses a folder that holds something else than what clawproof.yaml lists. A link with a listed name would be run as
 * what it leads to; and OpenClaw would trust the folder to which it leads.
 * @throws AppError `scripts-wrong`
 */
export async function requireScripts(files: Files, folder: string, policy: Policy): Promise<void> {
  if (policy.exec.mode !== 'allowlist') return;
  const path = join(folder, PATHS.scripts);
  const stat = await files.stat(path);
  if (stat !== null && stat.kind !== 'directory') throw scriptsWrong(path, `${path} is no folder`);
  for (const { name, isListed, why } of await readScripts(files, folder, policy)) {
    if (isListed && why !== undefined) throw scriptsWrong(path, `exec.scripts lists ${name}, which ${why}`);
    if (why !== undefined && /link/.test(why)) throw scriptsWrong(path, `${join(path, name)} ${why}`);
  }
}
