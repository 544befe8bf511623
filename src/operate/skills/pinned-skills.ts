import { join } from 'node:path';
import type { Lock, LockedSkill } from '../../engine/lock-file.ts';
import { skillsChanged } from '../../errors/skill-errors.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Files } from '../../ports/files.ts';
import { PATHS } from '../../render/layout.ts';
import type { SkillEntry } from '../../skills/types.ts';
import { digestOf, readEntries } from './entries.ts';

/** A skill that clawproof.yaml lists, clawproof.lock pins, or that is in the folder. */
export interface PinnedSkill {
  name: string;
  isUsed: boolean;
  pin: LockedSkill | null;
  /** Of what is in the folder now; null when there is nothing. */
  digest: string | null;
  /** The end of a sentence that begins with its name; null = all as it should be. */
  problem: string | null;
  entries: SkillEntry[];
}

/** What is listed, pinned and there, sorted by name. */
export async function readPinnedSkills(
  files: Files,
  { path, policy, lock }: { path: string; policy: Pick<Policy, 'skills'>; lock: Lock },
): Promise<PinnedSkill[]> {
  const folder = join(path, PATHS.skills);
  const stat = await files.stat(folder);
  const there = stat?.kind === 'directory' ? await files.list(folder) : [];
  const pins = lock.skills ?? {};
  const names = [...new Set([...policy.skills.use, ...Object.keys(pins), ...there])].toSorted();
  return Promise.all(
    names.map(async (name) => {
      const isThere = there.includes(name);
      const isFolder = isThere && (await files.stat(join(folder, name)))?.kind === 'directory';
      const entries = isFolder ? await readEntries(files, join(folder, name)) : [];
      const digest = isFolder ? digestOf(entries) : null;
      const pin = pins[name] ?? null;
      const isUsed = policy.skills.use.includes(name);
      return { name, isUsed, pin, digest, entries, problem: problemOf({ isUsed, isThere, digest, pin }) };
    }),
  );
}

function problemOf({
  isUsed,
  isThere,
  digest,
  pin,
}: {
  isUsed: boolean;
  isThere: boolean;
  digest: string | null;
  pin: LockedSkill | null;
}): string | null {
  if (!isThere) return isUsed ? `is listed, and not in the folder ${PATHS.skills}` : null;
  if (digest === null) return 'is no folder';
  if (pin === null) return 'was never judged and pinned';
  if (digest !== pin.digest) return 'was changed since it was judged';
  return isUsed ? null : 'is in the folder, and clawproof.yaml does not list it';
}

/**
 * Refuses a folder that holds anything but what was judged: OpenClaw would load it all.
 * @throws AppError `skills-changed`
 */
export async function requireSkills(
  files: Files,
  deployment: { path: string; policy: Policy; lock: Lock },
): Promise<void> {
  if (deployment.policy.skills.use.length === 0) return;
  const problems = (await readPinnedSkills(files, deployment)).flatMap(({ name, problem }) =>
    problem === null ? [] : [`${name} ${problem}`],
  );
  if (problems.length > 0) throw skillsChanged(join(deployment.path, PATHS.skills), problems);
}
