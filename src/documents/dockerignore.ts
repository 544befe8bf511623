import { compileGlob, matchesGlob } from './dockerignore-glob.ts';

interface IgnorePattern {
  matches: (path: string) => boolean;
  /** True for a line that begins with `!`: what it matches enters after all. */
  readmits: boolean;
}

const wildcardPattern = /[*?[\\]/;

/** More lines than any ignore file has; beyond it the file is refused rather than half obeyed. */
export const MAX_IGNORE_PATTERNS = 500;
const maxPatternLength = 1000;
const maxWildcardLength = 20_000;

/**
 * True when a path, relative to the build context and with forward slashes, does not enter the build. A folder counts as
 * left out only when nothing in it can be let in again.
 */
export type Dockerignore = (path: string, isFolder: boolean) => boolean;

/**
 * Reads a .dockerignore as Docker's builder does: lines with a leading `#` are comments, paths are cleaned and start at
 * the context, `**` stands for any number of folders, `!` lets in again, the last line that matches decides, and what
 * matches a folder matches all in it. Time and memory stay in proportion to the length of text and path.
 * @throws RangeError for more than 500 patterns, or longer ones than any path needs
 */
export function createDockerignore(text: string): Dockerignore {
  const patterns = patternsOf(text);
  // Walks ask for the files of one folder after the other, so the answers for the last folder are worth keeping.
  let last: { path: string; matched: boolean[] } = { path: '', matched: [] };

  function lookAt(path: string, parent: readonly boolean[]): { isIgnored: boolean; matched: boolean[] } {
    let isIgnored = false;
    const matched = patterns.map(({ matches, readmits }, index) => {
      const isMatch = parent[index] === true || (readmits === isIgnored && matches(path));
      if (isMatch) isIgnored = !readmits;
      return isMatch;
    });
    return { isIgnored, matched };
  }

  function folder(path: string): boolean[] {
    if (path === '') return [];
    if (last.path === path) return last.matched;
    const { matched } = lookAt(path, folder(parentOf(path)));
    last = { path, matched };
    return matched;
  }

  const hasReadmissions = patterns.some(({ readmits }) => readmits);
  return (path, isFolder) => !(isFolder && hasReadmissions) && lookAt(path, folder(parentOf(path))).isIgnored;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function patternsOf(text: string): IgnorePattern[] {
  const patterns: IgnorePattern[] = [];
  let wildcards = 0;
  for (const line of (text.startsWith('\uFEFF') ? text.slice(1) : text).split('\n')) {
    const written = line.trim();
    if (line.startsWith('#') || written === '') continue;
    const readmits = written.startsWith('!');
    const path = cleaned(readmits ? written.slice(1).trim() : written);
    if (path === '') continue;
    wildcards += wildcardPattern.test(path) ? path.length : 0;
    if (
      patterns.length >= MAX_IGNORE_PATTERNS ||
      path.length > maxPatternLength ||
      wildcards > maxWildcardLength
    )
      throw new RangeError('more patterns, or longer ones, than an ignore file needs');
    patterns.push({ matches: matcherOf(path), readmits });
  }
  return patterns;
}

/** Most patterns are plain names, which need no search. */
function matcherOf(pattern: string): IgnorePattern['matches'] {
  if (!wildcardPattern.test(pattern)) return (path) => path === pattern;
  if (/^\*\*\/[^*?[\\]+$/.test(pattern)) {
    const end = pattern.slice(2);
    return (path) => path.endsWith(end) || path === end.slice(1);
  }
  const tokens = compileGlob(pattern);
  return (path) => matchesGlob(tokens, path);
}

/** The path as the builder cleans it: without `.`, `..`, doubled and outer slashes. */
function cleaned(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !path.startsWith('/')) parts.push(part);
  }
  return parts.join('/');
}
