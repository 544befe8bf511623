import { formatLock, type Lock } from '../../engine/lock-file.ts';
import { notASkill, skillsPolicyNotEdited, skillUnknown } from '../../errors/skill-errors.ts';
import { editPolicy } from '../../policy/edit.ts';
import { parseSkillName } from '../../policy/skill-name.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';
import { nameOf, scanSkill } from '../../skills/scan.ts';
import type { SkillEntry, SkillScan } from '../../skills/types.ts';
import type { ChangeContext } from '../change/change.ts';
import { type ChangeRequest, runChange } from '../change/run-change.ts';
import { requireNothingPending } from '../exec-mode/apply-policy.ts';
import { gatewayRuns } from '../personalize/gateway-state.ts';
import { digestOf, readEntries, skillFiles } from './entries.ts';
import { requireSkills } from './pinned-skills.ts';
import { putInQuarantine } from './quarantine.ts';
import { skillsChange, type SkillsMemo } from './skills-change.ts';

/** A skill that was read and judged; nothing of it is anywhere yet. */
export interface Candidate {
  name: string;
  /** As it was named. */
  source: string;
  entries: SkillEntry[];
  digest: string;
  scan: SkillScan;
}

export interface InstallResult {
  name: string;
  digest: string;
  files: number;
  /** False where no gateway runs, so that it holds from the next `up` on. */
  isApplied: boolean;
}

/**
 * Reads and judges a skill. Everything that was given is judged, also what would not be installed.
 * @throws AppError `not-a-skill`
 */
export async function readCandidate({ files }: Pick<Ports, 'files'>, path: string): Promise<Candidate> {
  const given = await readEntries(files, path);
  const scan = scanSkill(given);
  // A blocked one is shown, whatever its name; it goes nowhere.
  const entries = scan.verdict === 'block' ? [] : skillFiles(path, given);
  const name = nameOf(scan.verdict === 'block' ? given : entries) ?? '';
  const parsed = parseSkillName(name);
  if (scan.verdict !== 'block' && !parsed.ok)
    throw notASkill(`The name "${name}" in SKILL.md of ${path}`, parsed.problem);
  return { name: name === '' ? path : name, source: path, entries, digest: digestOf(entries), scan };
}

/**
 * Puts a judged skill into quarantine, pins it, copies it to where the gateway reads it and cannot write, and has the gateway
 * load it. One of that name that is there already is replaced and kept aside.
 * @throws AppError; then all is as it was, unless it says something else
 */
export async function installSkill(
  ports: Ports,
  request: ChangeRequest,
  { name, source, entries, digest, scan }: Candidate,
): Promise<InstallResult> {
  const memo = await runChange(ports, request, skillsChange('skills install'), async (context) => {
    const begun = await begin(context, name);
    const pin = { digest, source, verdict: scan.verdict, rules: scan.rules };
    const lock: Lock = { ...context.lock, skills: { ...context.lock.skills, [name]: pin } };
    const quarantine = await putInQuarantine(ports.files, context.path, name, entries);
    return {
      ...begun,
      after: texts(context, lock, [...new Set([...context.policy.skills.use, name])]),
      added: { quarantine, digest },
    };
  });
  return { name, digest, files: entries.length, isApplied: memo.isApplied };
}

/**
 * Takes a skill out; its folder is kept aside.
 * @throws AppError `skill-unknown`, and as `installSkill` does
 */
export async function removeSkill(
  ports: Ports,
  request: ChangeRequest,
  name: string,
): Promise<{ name: string; kept: string | null; isApplied: boolean }> {
  const memo = await runChange(ports, request, skillsChange('skills remove'), async (context) => {
    const { policy, lock } = context;
    const known = [...new Set([...policy.skills.use, ...Object.keys(lock.skills ?? {})])];
    const begun = await begin(context, name);
    if (!known.includes(name) && begun.kept === null) throw skillUnknown(name, known);
    const { [name]: _, ...skills } = lock.skills ?? {};
    return {
      ...begun,
      after: texts(
        context,
        { ...lock, skills },
        policy.skills.use.filter((other) => other !== name),
      ),
    };
  });
  return { name, kept: memo.kept, isApplied: memo.isApplied };
}

async function begin(context: ChangeContext, name: string): Promise<Omit<SkillsMemo, 'after' | 'added'>> {
  const { ports, path, policy, policyText, lock } = context;
  const parsed = parseSkillName(name);
  if (!parsed.ok) throw notASkill(`"${name}"`, parsed.problem);
  const isApplied = await gatewayRuns(context);
  if (isApplied) await requireNothingPending(context);
  // What is replaced or removed may be wrong; the others may not.
  const others = {
    ...policy,
    skills: { ...policy.skills, use: policy.skills.use.filter((other) => other !== name) },
  };
  const isThere = (await ports.files.stat(`${path}/${PATHS.skills}/${name}`)) !== null;
  if (!isThere) await requireSkills(ports.files, { path, policy: others, lock });
  const stamp = ports.clock.now().toISOString().replace(/[:.]/g, '-');
  return {
    name,
    before: { policy: policyText, lock: formatLock(lock) },
    kept: isThere ? `${PATHS.toolFolder}/removed-skills/${name}-${stamp}` : null,
    isApplied,
  };
}

function texts({ policyText }: ChangeContext, lock: Lock, use: readonly string[]): SkillsMemo['after'] {
  const edit = { key: 'skills.use', value: use.length === 0 ? null : [...use] };
  return {
    policy: editPolicy(policyText, [edit], PATHS.policy, skillsPolicyNotEdited),
    lock: formatLock(lock),
  };
}
