/** One line of a .dockerignore. */
export interface IgnoreRule {
  pattern: RegExp;
  /** True for a line that begins with `!`: what it matches enters after all. */
  readmits: boolean;
}

/** Rules of a .dockerignore in their order; comments and empty lines left out. */
export function parseIgnoreFile(text: string): IgnoreRule[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ readmits: line.startsWith('!'), pattern: patternOf(line.replace(/^!/, '')) }));
}

/** True when a path, relative to the context, does not enter the build. The last rule that matches decides. */
export function ignores(rules: readonly IgnoreRule[], path: string): boolean {
  const decisive = rules.findLast((rule) => rule.pattern.test(path));
  return decisive !== undefined && !decisive.readmits;
}

/** Matches the path itself and everything below it, as the builder does: from the root of the context. */
function patternOf(written: string): RegExp {
  const glob = written.replace(/^\.?\/+/, '').replace(/\/+$/, '');
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|\[[^\]]+\]|[\\^$.|+(){}[\]]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    return token.startsWith('[') && token.length > 2 ? token : `\\${token}`;
  });
  return new RegExp(`^${source}(?:/.*)?$`);
}
