import type { WorkspaceFileName } from '../../policy/workspace-file.ts';
import type { Answers } from './answers.ts';
import { beginningOf } from './default-texts.ts';

/** Texts of the files that answers change, by name. */
export type NewTexts = Partial<Record<WorkspaceFileName, string>>;

/**
 * Puts answers into the texts that are there; everything else in them stays. Only files that change are in the result.
 * @param current null = there is no such file
 * @param beginnings what files begin with that are not there
 * @param today "2026-11-22", for the date that OpenClaw wants with each directive
 */
export function applyAnswers(
  current: Readonly<Partial<Record<WorkspaceFileName, string | null>>>,
  answers: Answers,
  today: string,
  beginnings: Readonly<Partial<Record<WorkspaceFileName, string>>> = {},
): NewTexts {
  const result: NewTexts = {};
  const change = (name: WorkspaceFileName, edit: (text: string) => string): void => {
    const before = current[name] ?? null;
    const after = edit(before ?? beginnings[name] ?? beginningOf(name));
    if (after !== before) result[name] = after;
  };
  const { agent = {}, user = {}, boundaries, tools, remember } = answers;
  if (Object.keys(agent).length > 0) change('IDENTITY.md', (text) => withIdentity(text, agent));
  if (Object.keys(user).length > 0)
    change('USER.md', (text) => withSection(withoutPlaceholder(text), 'about', directives(user, today)));
  if (boundaries)
    change('SOUL.md', (text) => withSection(text, 'boundaries', list('## What you never do', boundaries)));
  if (tools)
    change('AGENTS.md', (text) =>
      withSection(text, 'tools', list('Notes from the person you work for:', tools), '## Tools'),
    );
  if (remember)
    change('MEMORY.md', (text) =>
      withSection(text, 'remember', list('## Told by the person you work for', remember)),
    );
  return result;
}

const LABELS = { name: 'Name', creature: 'Creature', vibe: 'Vibe', emoji: 'Emoji' } as const;

/** OpenClaw reads "- **Name:** value"; a line below that is only a hint in parentheses goes. */
function withIdentity(text: string, agent: NonNullable<Answers['agent']>): string {
  return Object.entries(LABELS).reduce((result, [key, label]) => {
    const value = agent[key as keyof typeof LABELS];
    return value === undefined ? result : withField(result, label, value);
  }, text);
}

function withField(text: string, label: string, value: string): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => new RegExp(`^- \\**${label}:`, 'i').test(line));
  const field = `- **${label}:** ${value}`;
  if (at !== -1) {
    const hint = /^\s+_\(.*\)_\s*$/.test(lines[at + 1] ?? '') ? 1 : 0;
    return lines.toSpliced(at, 1 + hint, field).join('\n');
  }
  const last = lines.findLastIndex((line) => /^- \**[A-Z][a-z]+:/.test(line));
  return last === -1 ? `${text.trimEnd()}\n\n${field}\n` : lines.toSpliced(last + 1, 0, field).join('\n');
}

/** As OpenClaw wants it: imperative, each with the day on which it was observed. */
function directives(
  { name, timezone, preferences = [] }: NonNullable<Answers['user']>,
  today: string,
): string {
  const entries = [
    ...(name === undefined ? [] : [`Always call the person you work for ${name}.`]),
    ...(timezone === undefined ? [] : [`Always give times in ${timezone}.`]),
    ...preferences.map((preference) =>
      /^(?:always|never|prefer)\b/i.test(preference) ? preference : `Prefer: ${preference}`,
    ),
  ];
  return entries.map((entry) => `<!-- observed: ${today} | status: active -->\n\n- ${entry}`).join('\n\n');
}

/** The example of OpenClaw's template, which must not stay. */
function withoutPlaceholder(text: string): string {
  const example = /<!-- observed: YYYY-MM-DD \| status: active -->\n+- Prefer \.\.\.\n+/;
  const start = text.indexOf('## Directives');
  return start === -1 ? text : text.slice(0, start) + text.slice(start).replace(example, '');
}

function list(heading: string, items: readonly string[]): string {
  return `${heading}\n\n${items.map((item) => `- ${item}`).join('\n')}`;
}

/** Puts a text between two marks, in the place of what stood there; new marks go below `heading`, or to the end. */
export function withSection(text: string, id: string, body: string, heading?: string): string {
  const [open, close] = [`<!-- clawproof: ${id} -->`, `<!-- clawproof: end of ${id} -->`];
  const section = `${open}\n${body}\n${close}`;
  const start = text.indexOf(open);
  const end = start === -1 ? -1 : text.indexOf(close, start);
  if (end !== -1) return text.slice(0, start) + section + text.slice(end + close.length);
  const at = heading === undefined ? -1 : endOfLine(text, heading);
  if (at !== -1) return `${text.slice(0, at)}\n\n${section}${text.slice(at)}`;
  return `${text.trimEnd()}\n\n${section}\n`;
}

/** Offset of the end of the line that is this heading; -1 when there is none. */
function endOfLine(text: string, heading: string): number {
  const found = new RegExp(`^${heading}[ \\t]*$`, 'm').exec(text);
  return found === null ? -1 : found.index + found[0].length;
}
