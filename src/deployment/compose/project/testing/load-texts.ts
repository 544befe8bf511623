import { nodeAt, type DocumentPath, type LocatedNode } from '../../../../documents/located.ts';
import type { ComposeInput, ComposeProject } from '../compose-project.ts';
import { loadComposeProject } from '../load-project.ts';

/** Texts by their names in the folder /p. */
export type Texts = Readonly<Record<string, string>>;

/** The project of all compose files among the texts that lie in /p itself, in order. @throws for missing texts */
export function load(texts: Texts, more: Partial<ComposeInput> = {}): ComposeProject {
  const files = Object.keys(texts).filter((name) => /^[a-z]+\.yaml$/.test(name));
  const input: ComposeInput = {
    files: files.map((name) => `/p/${name}`),
    environment: {},
    profiles: ['*'],
    unset: 'mark',
    ...more,
  };
  const project = loadComposeProject(input, (path) => texts[path.replace('/p/', '')] ?? null);
  if ('needs' in project) throw new Error(`needs ${project.needs.join(' ')}`);
  return project;
}

/** @throws when there is nothing */
export function partAt(project: ComposeProject, ...path: DocumentPath): LocatedNode {
  const node = nodeAt(project.root, path);
  if (!node) throw new Error(`nothing at ${path.join('.')}`);
  return node;
}

/** What stands in the file where a part says it was written. */
export function writtenAt(project: ComposeProject, ...path: DocumentPath): string {
  const { file, range } = partAt(project, ...path).origin;
  return `${file.replace('/p/', '')}: ${project.sources.get(file)?.text.slice(range.start, range.end)}`;
}

/** Problems as `line:column message`. */
export function messages(project: ComposeProject): string[] {
  return project.problems.map(({ message, position }) => `${position.line}:${position.column} ${message}`);
}
