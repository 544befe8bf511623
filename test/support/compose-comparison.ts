import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadComposeProject } from '../../src/deployment/compose/project/load-project.ts';
import type { ComposeProject } from '../../src/deployment/compose/project/compose-project.ts';
import { plainOf } from '../../src/documents/located.ts';
import { canonicalCompose } from './canonical-compose.ts';
import { runProgram } from './run-program.ts';

/** Compose files by name, and how Compose is started on them. */
export interface ComposeCase {
  /** Given to Compose, in order. */
  files: readonly string[];
  texts: Readonly<Record<string, string>>;
  profiles?: readonly string[];
}

/** What one side made of a project. */
export type Outcome = { refused: string[] } | { name: string; project: unknown };

const HOME = '/home/somebody';
const environment = { HOME, ONE: '1one', TWO: 'two two', EMPTY: '' };

/** Loads a project with the installed Compose and with ours, both in canonical form. */
export async function bothOutcomes(wanted: ComposeCase): Promise<{ ours: Outcome; theirs: Outcome }> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'clawproof-compose-')));
  try {
    for (const [name, text] of Object.entries(wanted.texts)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const profiles = wanted.profiles ?? ['*'];
    const files = wanted.files.map((name) => join(folder, name));
    const theirs = await loadWithCompose(files, profiles, folder);
    return { ours: loadWithOurs(files, profiles, folder), theirs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function loadWithCompose(
  files: readonly string[],
  profiles: readonly string[],
  folder: string,
): Promise<Outcome> {
  const args = [
    'compose',
    ...files.flatMap((file) => ['-f', file]),
    ...profiles.flatMap((profile) => ['--profile', profile]),
    'config',
    '--format',
    'json',
  ];
  const env = { ...environment, PATH: process.env['PATH'] ?? '' };
  const { code, stdout, stderr } = await runProgram('docker', args, { cwd: folder, env });
  if (code !== 0)
    return { refused: stderr.split('\n').filter((line) => line !== '' && !/level=warning/.test(line)) };
  // Compose writes every dollar twice, so that its output can be read as a compose file again.
  const project = JSON.parse(stdout.replaceAll('$$', () => '$')) as { name: string };
  return { name: project.name, project: canonical(project, project.name, folder) };
}

function loadWithOurs(files: readonly string[], profiles: readonly string[], folder: string): Outcome {
  const { name, root, problems } = loadFromDisk(files, profiles);
  if (problems.length > 0)
    return {
      refused: problems.map(({ message, position }) => `${position.file}:${position.line}: ${message}`),
    };
  return { name, project: canonical(plainOf(root), name, folder) };
}

function canonical(project: unknown, name: string, folder: string): unknown {
  return canonicalCompose(project, { folder, home: HOME, name, variables: environment });
}

function loadFromDisk(files: readonly string[], profiles: readonly string[]): ComposeProject {
  const texts = new Map<string, string | null>();
  for (;;) {
    const result = loadComposeProject({ files, environment, profiles, unset: 'empty' }, (path) =>
      texts.get(path),
    );
    if (!('needs' in result)) return result;
    for (const path of result.needs) texts.set(path, readText(path));
  }
}

function readText(path: string): string | null {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, 'utf8') : null;
}

export interface NamedComposeCase extends ComposeCase {
  name: string;
}

/**
 * Cases from a text: `=== name (profiles a,b)`, then `--- file` before the text of each file. Compose gets `a.yaml` and, if
 * there is one, `b.yaml`.
 */
export function parseComposeCases(text: string): NamedComposeCase[] {
  return text
    .split(/^=== /m)
    .slice(1)
    .map((block) => {
      const [head = '', ...files] = block.split(/^--- /m);
      const [, name = '', profiles] = /^(.*?)(?: \(profiles (.*)\))?\n/.exec(head) ?? [];
      const texts = Object.fromEntries(
        files.map((file) => {
          const end = file.indexOf('\n');
          return [file.slice(0, end), file.slice(end + 1)];
        }),
      );
      return {
        name,
        files: ['a.yaml', 'b.yaml'].filter((file) => texts[file] !== undefined),
        texts,
        ...(profiles !== undefined && { profiles: profiles.split(',') }),
      };
    });
}
