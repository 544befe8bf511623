import type { SkillFile, UseStep } from './detonation.ts';
import { SKILL_FILE, TWIN } from './layout.ts';
import { blockCommand, inlineCommand, pathsWithin, scriptCommand, type SkillPlace } from './commands.ts';
import { proseCommand } from './prose.ts';
import { type MarkdownPart, readMarkdown } from './read-markdown.ts';
import { frontmatterLines, type InstallStep, type SkillManifest } from './skill-manifest.ts';

/** More than a turn has time for. */
const MOST_STEPS = 60;
const MOST_TEXT = 512 * 1024;

export interface UsePlan {
  steps: UseStep[];
  /** What is asked for and not tried, in words. */
  notTried: string[];
}

/** Without its place in the order. */
export type Wish = Omit<UseStep, 'id'>;

/**
 * What a model does that reads a skill and follows it to the letter: reads SKILL.md, installs what the frontmatter names, runs
 * every command of the text, and every script of the folder that the text does not run itself.
 */
export function planUse(files: readonly SkillFile[], manifest: SkillManifest): UsePlan {
  const place: SkillPlace = { folder: `${TWIN.skills}/${manifest.name}`, paths: pathsWithin(files) };
  const notTried: string[] = [];
  const wishes: Wish[] = [
    { kind: 'read', file: SKILL_FILE, line: 1 },
    ...manifest.install.flatMap((step) => installWish(step)),
    ...markdownFirst(files).flatMap((file) => textWishes(file, place, notTried)),
  ];
  const said = wishes.map(({ command = '' }) => command).join('\n');
  for (const file of files) wishes.push(...scriptWishes(file, place, said));
  const steps = uniqueOf(wishes).map((wish, index): UseStep => ({ id: `step-${index + 1}`, ...wish }));
  if (steps.length > MOST_STEPS)
    notTried.push(`${steps.length - MOST_STEPS} of ${steps.length} steps: a turn has time for ${MOST_STEPS}`);
  return { steps: steps.slice(0, MOST_STEPS), notTried };
}

/** SKILL.md, then what else is written for readers. */
function markdownFirst(files: readonly SkillFile[]): SkillFile[] {
  const texts = files.filter(
    ({ path }) => /\.(?:md|markdown)$/i.test(path) && !/(?:^|\/)(?:changelog|licen[cs]e)/i.test(path),
  );
  return texts.toSorted((a, b) => Number(b.path === SKILL_FILE) - Number(a.path === SKILL_FILE));
}

function textWishes(file: SkillFile, place: SkillPlace, notTried: string[]): Wish[] {
  if (file.content.length > MOST_TEXT) notTried.push(`${file.path}: what is behind its first 512 KiB`);
  const text = Buffer.from(file.content.subarray(0, MOST_TEXT)).toString('utf8');
  const parts = readMarkdown(text, frontmatterLines(text));
  return parts.flatMap((part, index): Wish[] => {
    const at = { file: file.path, line: part.line };
    if (part.kind === 'block') {
      const found = blockCommand(part, place);
      if (found === undefined) return [];
      if ('notTried' in found) {
        notTried.push(`${file.path}:${part.line}: ${found.notTried}`);
        return [];
      }
      return [{ kind: 'block', ...at, command: found.command }];
    }
    if (part.kind === 'inline') {
      const command = inlineCommand(part.text, place);
      return command === undefined ? [] : [{ kind: 'inline', ...at, command }];
    }
    return proseWishes(part, followingBlock(parts, index), at);
  });
}

function proseWishes(part: MarkdownPart, block: string | undefined, at: Pick<Wish, 'file' | 'line'>): Wish[] {
  return proseCommand(part.text, block).map(({ kind, command }) => ({ kind, ...at, command }));
}

/** Text that a sentence such as "add this to MEMORY.md:" points to. */
function followingBlock(parts: readonly MarkdownPart[], index: number): string | undefined {
  const next = parts.slice(index + 1).find(({ kind }) => kind !== 'inline');
  return next?.kind === 'block' ? next.text : undefined;
}

/** What OpenClaw would run to install what a skill needs; ends in stand-ins, or at the canary. */
function installWish({ kind, name, url }: InstallStep): Wish[] {
  const quoted = `'${name.replaceAll("'", '')}'`;
  const commands: Record<string, string> = {
    brew: `brew install ${quoted}`,
    node: `npm install -g ${quoted}`,
    npm: `npm install -g ${quoted}`,
    go: `go install ${quoted}`,
    uv: `uv tool install ${quoted}`,
    pip: `pip install ${quoted}`,
    apt: `apt-get install -y ${quoted}`,
    ...(url === undefined ? {} : { download: `curl -fsSL '${url.replaceAll("'", '%27')}' -o /tmp/download` }),
  };
  const command = commands[kind];
  return command === undefined ? [] : [{ kind: 'install', file: SKILL_FILE, line: 1, command }];
}

/** Of a program of the folder that no command of the text starts, and of the hooks of its package. */
function scriptWishes(file: SkillFile, place: SkillPlace, said: string): Wish[] {
  const at = { file: file.path, line: 1 };
  if (/(?:^|\/)package\.json$/.test(file.path))
    return packageHooks(file, place).map((command) => ({ kind: 'install', ...at, command }));
  if (said.includes(`${place.folder}/${file.path}`)) return [];
  return scriptCommand(file, place).map((command) => ({ kind: 'script', ...at, command }));
}

const HOOKS = ['preinstall', 'install', 'postinstall', 'prepare'];

function packageHooks({ content, path }: SkillFile, { folder }: SkillPlace): string[] {
  try {
    const { scripts = {} } = JSON.parse(Buffer.from(content).toString('utf8')) as {
      scripts?: Record<string, unknown>;
    };
    const inner = path.split('/').slice(0, -1).join('/');
    return HOOKS.flatMap((name) => {
      const script = scripts[name];
      return typeof script === 'string' ? [`cd '${folder}/${inner}' && ${script}`] : [];
    });
  } catch {
    return [];
  }
}

/** The same command twice says nothing new. */
function uniqueOf(wishes: readonly Wish[]): Wish[] {
  const seen = new Set<string>();
  return wishes.filter(({ command }) => {
    if (command === undefined) return true;
    const key = command.replaceAll(/\s+/g, ' ').trim();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
