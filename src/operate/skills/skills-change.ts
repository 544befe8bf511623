import { join } from 'node:path';
import { loadPolicy } from '../../policy/load.ts';
import type { Files } from '../../ports/files.ts';
import { PATHS } from '../../render/layout.ts';
import type { Change, ChangeContext, ChangeStep } from '../change/change.ts';
import { applyPolicy } from '../exec-mode/apply-policy.ts';
import { writePolicyText } from '../policy-file.ts';
import { digestOf, readEntries } from './entries.ts';
import { releaseFromQuarantine } from './quarantine.ts';

/** What the steps of installing or removing a skill have to know. */
export interface SkillsMemo {
  name: string;
  /** Texts of clawproof.yaml and of clawproof.lock. */
  before: { policy: string; lock: string };
  after: { policy: string; lock: string };
  /** What is put in; absent when the skill is removed. */
  added?: { quarantine: string; digest: string };
  /** Where a folder of that name goes that was there before, relative to the deployment; null = there was none. */
  kept: string | null;
  /** False where no gateway runs: `up` applies it. */
  isApplied: boolean;
}

const folderOf = (path: string, name: string): string => join(path, PATHS.skills, name);

const moveFolder: ChangeStep<SkillsMemo> = {
  id: 'folder',
  title: 'Skill',
  run: async ({ ports: { files }, path }, { name, added, kept }, report) => {
    const target = folderOf(path, name);
    if (added !== undefined && (await digestIn(files, target)) === added.digest) return report('in place');
    if (
      kept !== null &&
      (await files.stat(join(path, kept))) === null &&
      (await files.stat(target)) !== null
    ) {
      await files.makeDirectory(join(path, kept, '..'), 0o700);
      await files.rename(target, join(path, kept));
    }
    if (added === undefined) return report(`${name} taken away`);
    await ensureFolder(files, join(path, PATHS.skills));
    await releaseFromQuarantine(files, join(path, added.quarantine), target, { name, digest: added.digest });
    report(`${name} copied`);
  },
  undo: async ({ ports: { files }, path }, { name, added, kept }) => {
    const target = folderOf(path, name);
    if (kept === null) {
      if (added !== undefined) await files.remove(target);
    } else if ((await files.stat(join(path, kept))) !== null) {
      await files.remove(target);
      await files.rename(join(path, kept), target);
    }
    if (added !== undefined) await files.remove(join(path, added.quarantine));
  },
};

const writeTexts: ChangeStep<SkillsMemo> = {
  id: 'texts',
  title: 'clawproof.yaml and clawproof.lock',
  run: (context, { after }) => write(context, after),
  undo: async (context, { before, isApplied }) => {
    await write(context, before);
    if (isApplied) await applyPolicy(context, loadPolicy(before.policy, PATHS.policy), () => undefined);
  },
};

const applySettings: ChangeStep<SkillsMemo> = {
  id: 'settings',
  title: 'Gateway takes the skills',
  run: async (context, { after, isApplied }, report) => {
    if (!isApplied) return report('it does not run');
    await applyPolicy(context, loadPolicy(after.policy, PATHS.policy), report);
    report('ready');
  },
};

const endChange: ChangeStep<SkillsMemo> = {
  id: 'done',
  title: 'Done',
  run: async ({ ports: { files }, path }, { added }) => {
    if (added !== undefined) await files.remove(join(path, added.quarantine));
  },
};

/** Puts a judged skill in, or takes one out: whole or not at all. */
export function skillsChange(name: 'skills install' | 'skills remove'): Change<SkillsMemo> {
  return { name, commitAt: 'done', steps: [moveFolder, writeTexts, applySettings, endChange] };
}

async function write(context: ChangeContext, { policy, lock }: SkillsMemo['after']): Promise<void> {
  await context.ports.files.writeAtomic(join(context.path, PATHS.lock), lock, { mode: 0o644 });
  await writePolicyText(context, policy);
}

async function digestIn(files: Files, folder: string): Promise<string | null> {
  if ((await files.stat(folder))?.kind !== 'directory') return null;
  return digestOf(await readEntries(files, folder));
}

async function ensureFolder(files: Files, path: string): Promise<void> {
  if ((await files.stat(path)) === null) await files.makeDirectory(path, 0o755);
  if ((await files.stat(path))?.mode !== 0o755) await files.setMode(path, 0o755);
}
