import { basename, dirname, join, resolve, sep } from 'node:path';
import { nodeAt } from '../documents/located.ts';
import type { SourceText } from '../documents/source-text.ts';
import type { AuditProblem } from './audit-report.ts';
import type { AuditTarget } from './audit-target.ts';
import type { SourceReader } from './source-reader.ts';

const NOT_SHOWN =
  'This file lies outside of the folder of the deployment, so nothing of its text is shown here.';

/**
 * The target without texts of files that really lie outside of its folder: a deployment of strangers can name any file of
 * this machine, also by links, and reports are read by others than those who may read that file. Places in such files stay,
 * without the line and without messages that may quote it.
 * @param named absolute paths that the user named and that are shown wherever they lie, unless they are links
 */
export async function hideOutsideTexts(
  target: AuditTarget,
  reader: Pick<SourceReader, 'stat' | 'realPath'>,
  named: readonly string[] = [],
): Promise<AuditTarget> {
  const problems = [...target.errors, ...target.warnings];
  const places = problems.flatMap(({ position }) => (position === undefined ? [] : [position.file]));
  const outside = await outsideFiles(reader, target.folder, [...target.sources.keys(), ...places]);
  for (const path of named) if (!(await isLink(reader, path))) outside.delete(path);
  if (outside.size === 0) return target;
  const { deployment, compose } = target;
  const unread = deployment.unread?.map((field) => {
    const file = compose && nodeAt(compose.root, field.path)?.origin.file;
    return file !== undefined && outside.has(file)
      ? { ...field, reason: 'is not understood, in a file outside of the folder' }
      : field;
  });
  const reworded = new Map<string, string>();
  for (const [index, { path, reason }] of (deployment.unread ?? []).entries())
    reworded.set(`${path.join('.')}: ${reason}`, `${path.join('.')}: ${unread?.[index]?.reason ?? reason}`);
  const hidden = (all: readonly AuditProblem[]): AuditProblem[] =>
    hideProblems(all, (file) => outside.has(file)).map((problem) => ({
      ...problem,
      message: reworded.get(problem.message) ?? problem.message,
    }));
  return {
    ...target,
    deployment: unread === undefined ? deployment : { ...deployment, unread },
    sources: withoutExcerpts(target.sources, outside),
    errors: hidden(target.errors),
    warnings: hidden(target.warnings),
  };
}

/** Problems with only their places where `isHidden` holds for the file, one of each kind for a file. */
export function hideProblems(
  problems: readonly AuditProblem[],
  isHidden: (file: string) => boolean,
): AuditProblem[] {
  const told = new Set<string>();
  return problems.flatMap((problem) => {
    const { position } = problem;
    if (position === undefined || !isHidden(position.file)) return [problem];
    const kind = `${problem.id}\0${position.file}`;
    if (told.has(kind)) return [];
    told.add(kind);
    const { excerpt: _, ...place } = position;
    return [{ ...problem, message: hiddenMessage(problem.id), position: place }];
  });
}

function hiddenMessage(id: string): string {
  return id === 'variable-unset'
    ? `Variables that are used here are set nowhere and have no default, so what depends on them was not looked at. ${NOT_SHOWN}`
    : `Something here is not understood. ${NOT_SHOWN}`;
}

/** Those of the files whose real paths are not below the real path of the folder. */
export async function outsideFiles(
  reader: Pick<SourceReader, 'stat' | 'realPath'>,
  folder: string,
  files: readonly string[],
): Promise<Set<string>> {
  const folders = new Map<string, Promise<string>>();
  const realFolder = (path: string): Promise<string> => {
    const known = folders.get(path) ?? realOrSame(reader, path);
    folders.set(path, known);
    return known;
  };
  const root = await realFolder(resolve(folder));
  const start = root.endsWith(sep) ? root : root + sep;
  const outside = new Set<string>();
  for (const file of new Set(files)) {
    const path = resolve(file);
    const real = (await isLink(reader, path))
      ? await realOrSame(reader, path)
      : join(await realFolder(dirname(path)), basename(path));
    if (!real.startsWith(start)) outside.add(file);
  }
  return outside;
}

async function isLink(reader: Pick<SourceReader, 'stat'>, path: string): Promise<boolean> {
  return (await reader.stat(path).catch(() => null))?.kind === 'symlink';
}

/** What leads nowhere, or may not be resolved, is where its name says. */
async function realOrSame(reader: Pick<SourceReader, 'realPath'>, path: string): Promise<string> {
  return (await reader.realPath(path).catch(() => null)) ?? path;
}

function withoutExcerpts(
  sources: ReadonlyMap<string, SourceText>,
  outside: ReadonlySet<string>,
): Map<string, SourceText> {
  return new Map(
    [...sources].map(([path, source]) => [path, outside.has(path) ? withoutExcerpt(source) : source]),
  );
}

/** The same text for edits and comments, which no position quotes. */
function withoutExcerpt(source: SourceText): SourceText {
  return {
    file: source.file,
    text: source.text,
    positionAt: (start, end) => {
      const { excerpt: _, ...place } = source.positionAt(start, end);
      return place;
    },
  };
}
