import { parse } from 'yaml';
import { isSettings, type Settings } from '../../measures/settings.ts';
import { SKILL_FILE } from './layout.ts';
import type { SkillFile } from './detonation.ts';

/** What a skill says of itself, as far as its use needs it. */
export interface SkillManifest {
  name: string;
  /** Programs and variables without which OpenClaw does not offer it. */
  programs: string[];
  variables: string[];
  /** Systems that it is for; empty = all. */
  systems: string[];
  install: InstallStep[];
}

export interface InstallStep {
  kind: string;
  /** Of the package, by the kind's own name for it; "" when it names none. */
  name: string;
  url?: string;
}

/** Keys under `metadata` that OpenClaw reads, by its names over time. */
const METADATA_KEYS = ['openclaw', 'clawdbot', 'clawdis', 'moltbot'];

/** Reads the frontmatter of SKILL.md; what cannot be read counts as not said. */
export function readManifest(files: readonly SkillFile[], folderName: string): SkillManifest {
  const frontmatter = frontmatterOf(files);
  const metadata = objectOf(frontmatter['metadata']);
  const own =
    METADATA_KEYS.map((key) => objectOf(metadata[key])).find((each) => Object.keys(each).length > 0) ?? {};
  const requires = objectOf(own['requires']);
  const primary = own['primaryEnv'];
  return {
    name: skillName(frontmatter['name'], folderName),
    programs: [...textsOf(requires['bins']), ...textsOf(requires['anyBins'])].filter((name) =>
      /^[\w.+-]{1,60}$/.test(name),
    ),
    variables: [...textsOf(requires['env']), ...(typeof primary === 'string' ? [primary] : [])].filter(
      (name) => /^[A-Za-z_][A-Za-z0-9_]{0,60}$/.test(name),
    ),
    systems: textsOf(own['os']),
    install: (Array.isArray(own['install']) ? own['install'] : []).filter(isSettings).map(installStep),
  };
}

/** Number of lines of the frontmatter with its marks; 0 = there is none. */
export function frontmatterLines(text: string): number {
  const match = /^\uFEFF?---\r?\n[\s\S]*?\r?\n---[ \t]*(?:\r?\n|$)/.exec(text);
  return match === null ? 0 : match[0].split('\n').length - 1;
}

function frontmatterOf(files: readonly SkillFile[]): Settings {
  const file = files.find(({ path }) => path === SKILL_FILE);
  const text = file === undefined ? '' : Buffer.from(file.content).toString('utf8');
  const lines = frontmatterLines(text);
  if (lines === 0) return {};
  try {
    return objectOf(
      parse(
        text
          .split('\n')
          .slice(1, lines - 1)
          .join('\n'),
        { logLevel: 'silent' },
      ),
    );
  } catch {
    return {};
  }
}

function installStep(step: Settings): InstallStep {
  const names = ['formula', 'package', 'module', 'crate', 'tap', 'id'].map((key) => step[key]);
  const name = names.find((each) => typeof each === 'string');
  const { kind, url } = step;
  return {
    kind: typeof kind === 'string' ? kind : '',
    name: typeof name === 'string' ? name : '',
    ...(typeof url === 'string' ? { url } : {}),
  };
}

/** Fit for a folder. */
function skillName(written: unknown, folderName: string): string {
  const name = typeof written === 'string' && written.trim() !== '' ? written : folderName;
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return plain.slice(0, 50) || 'skill';
}

function objectOf(value: unknown): Settings {
  return isSettings(value) ? value : {};
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];
}
