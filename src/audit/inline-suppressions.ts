import { maskSecrets } from '../documents/mask-secrets.ts';
import type { SourceText } from '../documents/source-text.ts';
import type { SourcePosition } from '../errors/app-error.ts';
import { type Comment, commentsOf, type CommentSyntax } from './suppress/comments.ts';
import { grammar, parseSuppressionComment } from './suppress/comment-grammar.ts';
import { declare, type Declared } from './suppress/suppression.ts';

const MOST_IN_A_FILE = 100;

/**
 * Comments of a text that suppress findings: `# clawproof: ignore[measure-id,other-id] reason="…" owner=… expires=2027-01-31`,
 * with `//` in JSON5. One behind something is about its own line, one on a line of its own about the next line that holds
 * more than a comment.
 * @param source its `file` as findings name files
 */
export function readInlineSuppressions(
  source: SourceText,
  syntax: CommentSyntax,
  measureIds: readonly string[],
): Declared {
  const declared: Declared = { suppressions: [], warnings: [] };
  const comments = commentsOf(source.text, syntax);
  const nextLine = linesBelow(source, comments);
  for (const comment of comments) {
    const words = parseSuppressionComment(comment.body);
    if (words === undefined) continue;
    const below = nextLine.get(comment.start);
    const position = positionOf(source, comment, below !== undefined);
    if (declared.suppressions.length + declared.warnings.length >= MOST_IN_A_FILE) {
      const message = `A file may hold ${MOST_IN_A_FILE} suppressions; this one and those behind it have no effect.`;
      declared.warnings.push({ id: 'suppression-too-many', message, position });
      break;
    }
    if ('problem' in words) {
      const message = `${words.problem}, so it suppresses nothing. Write ${grammar}`;
      declared.warnings.push({ id: 'suppression-not-understood', message, position });
    } else declare(declared, words, { kind: 'inline', position, line: below ?? position.line }, measureIds);
  }
  return declared;
}

/** For each comment that has its lines for itself: the next line that holds more than a comment. By start. */
function linesBelow(source: SourceText, comments: readonly Comment[]): Map<number, number> {
  const below = new Map<number, number>();
  const byLine = new Map<number, number>();
  for (const comment of comments.toReversed()) {
    if (!isAlone(source.text, comment)) continue;
    const next = source.positionAt(comment.end).line + 1;
    const line = byLine.get(next) ?? next;
    byLine.set(source.positionAt(comment.start).line, line);
    below.set(comment.start, line);
  }
  return below;
}

/** True when nothing but white space shares its line with a comment. */
function isAlone(text: string, { start, end }: Comment): boolean {
  let before = start - 1;
  while (before >= 0 && ' \t\uFEFF'.includes(text[before] ?? '')) before -= 1;
  let after = end;
  while (after < text.length && ' \t\r'.includes(text[after] ?? '')) after += 1;
  return (before < 0 || text[before] === '\n') && (after >= text.length || text[after] === '\n');
}

/** The line is shown only where there is nothing on it but the comment: next to one there may be a secret. */
function positionOf(source: SourceText, { start, end }: Comment, isAloneOnLine: boolean): SourcePosition {
  const { excerpt, ...position } = source.positionAt(start, end);
  return isAloneOnLine && excerpt !== undefined ? { ...position, excerpt: maskSecrets(excerpt) } : position;
}
