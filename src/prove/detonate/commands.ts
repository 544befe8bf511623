import type { SkillFile } from './detonation.ts';
import { TWIN } from './layout.ts';
import type { MarkdownPart } from './read-markdown.ts';

/** Where the skill is in the twin, and what it holds. */
export interface SkillPlace {
  /** Absolute. */
  folder: string;
  /** Of its files and folders, longest first. */
  paths: string[];
}

const SHELLS = new Set([
  'sh',
  'bash',
  'shell',
  'zsh',
  'console',
  'terminal',
  'shell-session',
  'shellscript',
  'ksh',
]);
const NODES = new Set(['js', 'javascript', 'node', 'mjs', 'cjs', 'ts', 'typescript']);
const PYTHONS = new Set(['py', 'python', 'python3']);
const FOREIGN = new Set([
  'powershell',
  'ps1',
  'pwsh',
  'applescript',
  'osascript',
  'cmd',
  'bat',
  'batch',
  'ruby',
  'rb',
  'php',
  'go',
  'rust',
  'perl',
  'lua',
  'swift',
]);

/** A first word that makes a line without a language a command. */
const PROGRAMS =
  /^(?:\.{0,2}\/[\w./-]+|sudo|bash|sh|zsh|curl|wget|python3?|node|deno|bun|npx|npm|pnpm|yarn|pip3?|pipx|uvx?|brew|apt(?:-get)?|git|gh|cat|echo|printf|cp|mv|rm|mkdir|chmod|chown|touch|tar|unzip|zip|gzip|base64|xxd|openssl|find|grep|sed|awk|cd|export|source|eval|exec|nc|ncat|ssh|scp|rsync|crontab|systemctl|docker|nohup|xattr|osascript|launchctl|open|perl|ruby|go|cargo|jq|openclaw|clawhub|tee|ln|env|printenv|ls|head|tail)(?=\s|$)/;

export function pathsWithin(files: readonly SkillFile[]): string[] {
  return files.map(({ path }) => path).toSorted((a, b) => b.length - a.length);
}

/** What runs a block of code; undefined for what is no program. */
export function blockCommand(
  { language, text }: MarkdownPart,
  place: SkillPlace,
): { command: string } | { notTried: string } | undefined {
  if (text.trim() === '') return undefined;
  if (PYTHONS.has(language)) return { command: piped('python3 -', text, place) };
  if (NODES.has(language)) return { command: piped('node --input-type=module -', text, place) };
  if (FOREIGN.has(language)) return { notTried: `a block of ${language}, which nothing in the image runs` };
  const isShell =
    SHELLS.has(language) || (['', 'text', 'txt', 'plain'].includes(language) && looksLikeShell(text));
  return isShell ? { command: prepared(withoutPrompts(text), place) } : undefined;
}

function looksLikeShell(text: string): boolean {
  const first =
    text
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '' && !line.startsWith('#')) ?? '';
  return /^\$\s+\S/.test(first) || PROGRAMS.test(first) || /^[\w./-]+\s+\|\s+\w/.test(first);
}

/** Lines behind prompts only, where there are any: the others are what came of them. */
function withoutPrompts(text: string): string {
  const lines = text.split('\n');
  if (!lines.some((line) => /^\s*[$%]\s+\S/.test(line))) return text;
  const kept: string[] = [];
  let goesOn = false;
  for (const line of lines) {
    const [, command] = /^\s*[$%]\s+(\S.*)$/.exec(line) ?? [];
    if (command === undefined && !goesOn) continue;
    kept.push(command ?? line);
    goesOn = line.trimEnd().endsWith('\\');
  }
  return kept.join('\n');
}

/** A command within a line of text: it must have words, or name a script of the skill. */
export function inlineCommand(text: string, place: SkillPlace): string | undefined {
  const plain = text.replace(/^[$%]\s+/, '');
  const isOwn =
    place.paths.includes((plain.split(/\s/)[0] ?? '').replace(/^\.\//, '')) &&
    !/\.(?:md|txt|json|ya?ml)$/.test(plain);
  if (!isOwn && (!PROGRAMS.test(plain) || !/\s/.test(plain))) return undefined;
  // "cat FILE" explains how a program is called.
  if (/^\w+\s+\.\.\.$|…/.test(plain)) return undefined;
  return prepared(plain, place);
}

/** How a file of the skill is started: without words, and with some where it reads any. */
export function scriptCommand({ path, content }: SkillFile, { folder }: SkillPlace): string[] {
  const start = Buffer.from(content.subarray(0, 65_536)).toString('latin1');
  const runner = runnerOf(path, start);
  if (runner === undefined) return [];
  const call = `${runner}'${folder}/${path}'`;
  const readsWords = /\$[1-9@*]|sys\.argv|argparse|process\.argv|\$#|parseArgs|commander/.test(start);
  return readsWords ? [call, `${call} ${SAMPLE_FILE} example`] : [call];
}

const RUNNERS: readonly [pattern: RegExp, runner: string][] = [
  [/\.(?:sh|bash|zsh|command)$/i, 'bash '],
  [/\.py$/i, 'python3 '],
  [/\.(?:js|mjs|cjs|ts|mts)$/i, 'node '],
  [/\.pl$/i, 'perl '],
];

function runnerOf(path: string, start: string): string | undefined {
  const name = path.split('/').at(-1) ?? '';
  if (/(?:^|[._-])(?:test|spec)\.[a-z]+$|\.d\.ts$/.test(name)) return undefined;
  const known = RUNNERS.find(([pattern]) => pattern.test(name));
  if (known !== undefined) return known[1];
  if (start.startsWith('#!')) return `${programOf(start)} `;
  return start.startsWith('\x7fELF') ? '' : undefined;
}

/** Of the first line: "#!/usr/bin/env -S node --x" is node. */
function programOf(start: string): string {
  const [, words = ''] = /^#!\s*(.*)/.exec(start) ?? [];
  const [program = ''] = words.replace(/^\S*\/env\s+(?:-S\s+)?/, '').split(/\s/);
  return program.split('/').at(-1) || 'bash';
}

const SAMPLE_FILE = `${TWIN.workspace}/notes.txt`;

/** What stands for something in a command, replaced by something. */
function prepared(text: string, place: SkillPlace): string {
  return withPaths(withSamples(text), place);
}

function withSamples(text: string): string {
  return text.replaceAll(/(?<![<\w])<([A-Za-z][\w ./|-]{0,40})>(?!\w)/g, (_, name: string) =>
    sampleFor(name),
  );
}

function sampleFor(name: string): string {
  if (/url|link|site|page/i.test(name)) return 'https://www.example.com/page';
  if (/file|path|input|document/i.test(name)) return SAMPLE_FILE;
  return 'example';
}

/** Paths of the skill's own files from its folder on, wherever the command runs. */
function withPaths(text: string, { folder, paths }: SkillPlace): string {
  const based = text.replaceAll(/\{baseDir\}|\$\{?(?:SKILL_DIR|CLAUDE_SKILL_DIR|SKILL_ROOT)\}?/g, folder);
  return paths.reduce((done, path) => {
    const pattern = new RegExp(String.raw`(^|[\s"'=(;&|])(?:\./)?${escaped(path)}(?=$|[\s"');&|])`, 'gm');
    return done.replaceAll(pattern, (_, before: string) => `${before}${folder}/${path}`);
  }, based);
}

function piped(program: string, text: string, place: SkillPlace): string {
  return `${program} <<'END_OF_BLOCK'\n${withPaths(text, place)}\nEND_OF_BLOCK`;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
