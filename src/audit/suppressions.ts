import { maskSecrets } from '../documents/mask-secrets.ts';
import type { SourceText } from '../documents/source-text.ts';
import type { SourcePosition } from '../errors/app-error.ts';
import type { AuditProblem, Finding, Suppression } from './audit-report.ts';
import { type Comment, commentsOf, type CommentSyntax } from './suppress/comments.ts';
import { grammar, parseSuppressionComment } from './suppress/comment-grammar.ts';
import { declare, type Declared, type DeclaredSuppression } from './suppress/suppression.ts';

export type { CommentSyntax } from './suppress/comments.ts';
export type { Declared, DeclaredSuppression } from './suppress/suppression.ts';

/** Line on which the key of a service stands; a comment for it holds for the whole service. */
export interface ServiceKey {
  service: string;
  /** As findings name files. */
  file: string;
  line: number;
}

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
  // Hardly any file has one: scanning is worth it only where the word is.
  if (!source.text.includes('clawproof')) return declared;
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

/**
 * Marks the findings that a declaration is about. Of several the first that still holds is told; expired ones only where no
 * other holds.
 * @param today YYYY-MM-DD
 * @returns the findings, and every declaration that was about one of them
 */
export function applySuppressions(
  findings: readonly Finding[],
  suppressions: readonly DeclaredSuppression[],
  serviceKeys: readonly ServiceKey[],
  today: string,
): { findings: Finding[]; used: Set<DeclaredSuppression> } {
  const used = new Set<DeclaredSuppression>();
  const declarationsAbout = createIndex(suppressions, serviceKeys);
  const marked = findings.map((finding) => {
    const about = declarationsAbout(finding);
    for (const each of about) used.add(each);
    const chosen = about.find((each) => !isExpired(each, today)) ?? about[0];
    return chosen === undefined ? finding : { ...finding, suppression: shown(chosen, today) };
  });
  return { findings: marked, used };
}

/** Finds the declarations about a finding, comments first. */
function createIndex(
  suppressions: readonly DeclaredSuppression[],
  serviceKeys: readonly ServiceKey[],
): (finding: Finding) => DeclaredSuppression[] {
  const comments = new Map<string, DeclaredSuppression[]>();
  const entries = new Map<string, DeclaredSuppression[]>();
  for (const suppression of suppressions) {
    const { kind, position, line } = suppression;
    for (const id of new Set(suppression.measures))
      if (kind === 'file') addTo(entries, id, suppression);
      else addTo(comments, placeKey(id, position.file, line ?? 0), suppression);
  }
  const keysOf = new Map<string, ServiceKey[]>();
  for (const key of serviceKeys) addTo(keysOf, key.service, key);
  return (finding) => {
    const { measure, subject, location } = finding;
    const places = subject === undefined ? [] : (keysOf.get(subject) ?? []).slice();
    if (location) places.push({ service: '', file: location.file, line: location.position.line });
    const keys = new Set(places.map(({ file, line }) => placeKey(measure, file, line)));
    return [
      ...[...keys].flatMap((key) => comments.get(key) ?? []),
      ...(entries.get(measure) ?? []).filter((entry) => matchesEntry(entry, finding)),
    ];
  };
}

function placeKey(measure: string, file: string, line: number): string {
  return `${measure}\0${file}\0${line}`;
}

function addTo<Value>(groups: Map<string, Value[]>, key: string, value: Value): void {
  const group = groups.get(key);
  if (group) group.push(value);
  else groups.set(key, [value]);
}

function matchesEntry(entry: DeclaredSuppression, finding: Finding): boolean {
  return (
    (entry.subject ?? finding.subject) === finding.subject &&
    (entry.key ?? finding.key) === finding.key &&
    (entry.file ?? finding.location?.file) === finding.location?.file &&
    (entry.fingerprint ?? finding.fingerprint) === finding.fingerprint
  );
}

function isExpired({ expires }: DeclaredSuppression, today: string): boolean {
  return expires !== undefined && expires < today;
}

function shown(suppression: DeclaredSuppression, today: string): Suppression {
  const { kind, reason, owner, expires, position } = suppression;
  return {
    kind,
    reason,
    ...(owner === undefined ? {} : { owner }),
    ...(expires === undefined ? {} : { expires }),
    isExpired: isExpired(suppression, today),
    position,
  };
}

/**
 * Warnings about declarations that nothing needed. Where a measure was not looked at, nobody knows.
 * @param notLookedAt ids of measures that were skipped or failed, at least in part
 */
export function unusedSuppressions(
  suppressions: readonly DeclaredSuppression[],
  used: ReadonlySet<DeclaredSuppression>,
  notLookedAt: ReadonlySet<string>,
): AuditProblem[] {
  return suppressions
    .filter((each) => !used.has(each) && !each.measures.some((id) => notLookedAt.has(id)))
    .map(({ measures, position }) => ({
      id: 'suppression-unused',
      message: `There is no finding of ${measures.join(' or ')} for this suppression. Remove it.`,
      position,
    }));
}
