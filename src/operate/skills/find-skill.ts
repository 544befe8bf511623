import { isAbsolute, join, resolve } from 'node:path';
import { skillUnknown } from '../../errors/skill-errors.ts';
import { parseSkillName } from '../../policy/skill-name.ts';
import type { Ports } from '../../ports/ports.ts';
import { PATHS } from '../../render/layout.ts';

/**
 * Where the skill is that somebody names: a path, or else a skill of the deployment.
 * @param folder the deployment; null outside of one
 * @returns an absolute path
 * @throws AppError `skill-unknown`
 */
export async function findSkill(
  { files, system }: Pick<Ports, 'files' | 'system'>,
  folder: string | null,
  given: string,
): Promise<string> {
  const path = isAbsolute(given) ? given : resolve(system.cwd, given);
  if ((await files.stat(path)) !== null) return path;
  const skills = folder === null ? null : join(folder, PATHS.skills);
  const known = skills === null ? [] : await files.list(skills);
  if (skills !== null && parseSkillName(given).ok && known.includes(given)) return join(skills, given);
  throw skillUnknown(given, known);
}
