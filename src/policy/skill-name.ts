import { parsed, refused, type Parsed } from './parsed.ts';

export const SKILL_NAME_PATTERN = '^[a-z0-9][a-z0-9_-]{0,63}$';

const SKILL_NAME = new RegExp(SKILL_NAME_PATTERN);

/** Name of a skill, which is also that of its folder. */
export function parseSkillName(text: string): Parsed<string> {
  if (SKILL_NAME.test(text)) return parsed(text);
  return refused('is no name of a skill; it must be up to 64 small letters, digits, - and _');
}
