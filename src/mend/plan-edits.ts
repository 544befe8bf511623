import { resolve } from 'node:path';
import type { FileEdits } from '../audit/audit-report.ts';
import type { AuditTarget } from '../audit/audit-target.ts';
import * as json5 from '../documents/json5-edit.ts';
import { parseLocatedJson5 } from '../documents/located-json5.ts';
import { type DocumentPath, nearestNode } from '../documents/located.ts';
import type { Change } from '../measures/fix.ts';
import { makeChange, placeChange } from './compose-edits.ts';
import { createComposePlaces } from './compose-places.ts';
import { createDrafts, type Drafts } from './drafts.ts';
import { CannotPlan, type PlacedChange } from './placed-change.ts';

type DataChange = Extract<Change, { kind: 'set' | 'add' | 'remove' }>;

export interface PlanOptions {
  /**
   * What other repairs want as well. Where services share a text, it is changed only when all of them want the same.
   */
  alsoWanted?: readonly Change[];
  /** Texts of files that the audit had no reason to read, by absolute path; null = there is none. */
  texts?: ReadonlyMap<string, string | null>;
}

/**
 * Turns changes, told by meaning, into edits of the files that the parts were written in, with absolute paths.
 * @returns why it cannot be done without changing something else
 */
export function planEdits(
  target: AuditTarget,
  changes: readonly Change[],
  options: PlanOptions = {},
): FileEdits[] | { why: string } {
  const drafts = createDrafts((file) => readableText(target, file) ?? textBeside(target, file, options));
  try {
    // Offsets are those of the texts as they were read.
    planTexts(target, drafts, changes);
    planCompose(target, drafts, changes, options.alsoWanted ?? []);
    planConfig(target, drafts, changes);
  } catch (error) {
    if (error instanceof CannotPlan) return { why: error.message };
    throw error;
  }
  const result = drafts.result();
  return result.length > 0 ? result : { why: 'the files already say what the repair would write' };
}

/** Text of a file as the audit read it; undefined for one that it did not read, or whose text nobody may see. */
export function readableText(target: AuditTarget, file: string): string | undefined {
  const source =
    target.sources.get(file) ?? target.compose?.sources.get(file) ?? target.config?.sources.get(file);
  if (source) return source.text;
  return target.deployment.files?.find(({ path }) => resolve(target.folder, path) === file)?.text;
}

/** Undefined for a file that is there and was not read. */
function textBeside(target: AuditTarget, file: string, { texts }: PlanOptions): string | undefined {
  const text = texts?.get(file);
  if (text !== undefined) return text ?? '';
  const isThere = target.deployment.files?.some(({ path }) => resolve(target.folder, path) === file);
  return isThere === true || target.files.includes(file) ? undefined : '';
}

/** Absolute paths of the files without keys that changes are about. */
export function changedFiles(target: AuditTarget, changes: readonly Change[]): string[] {
  return changes.flatMap((change) => ('file' in change ? [resolve(target.folder, change.file)] : []));
}

function planTexts(target: AuditTarget, drafts: Drafts, changes: readonly Change[]): void {
  const replacements = new Map<string, { start: number; end: number; text: string }[]>();
  for (const change of changes) {
    if (change.kind !== 'text') continue;
    const file = resolve(target.folder, change.file);
    replacements.set(file, [...(replacements.get(file) ?? []), change]);
  }
  for (const [file, edits] of replacements) draftOf(drafts, file).apply(edits);
  for (const change of changes) {
    if (change.kind === 'mode') drafts.setMode(resolve(target.folder, change.file), change.mode);
    if (change.kind === 'lines') addLines(draftOf(drafts, resolve(target.folder, change.file)), change.lines);
  }
}

function draftOf(drafts: Drafts, file: string): Exclude<ReturnType<Drafts['text']>, { why: string }> {
  const draft = drafts.text(file);
  if ('why' in draft) throw new CannotPlan(draft.why);
  return draft;
}

function addLines(draft: ReturnType<typeof draftOf>, lines: readonly string[]): void {
  const text = draft.text();
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  const known = new Set(text.split(/\r?\n/).map((line) => line.trim()));
  const isNew = (line: string): boolean => line !== '' && !known.has(line.trim());
  const first = lines.findIndex(isNew);
  // The last line that matches decides, so what lets in again stands behind what is new.
  const missing = lines.filter(
    (line, index) => line === '' || isNew(line) || (line.startsWith('!') && first >= 0 && index > first),
  );
  if (missing.every((line) => line === '')) return;
  const gap = text === '' || text.endsWith('\n') ? '' : lineBreak;
  const added = gap + missing.map((line) => line + lineBreak).join('');
  draft.apply([{ start: text.length, end: text.length, text: added }]);
}

function planCompose(
  target: AuditTarget,
  drafts: Drafts,
  changes: readonly Change[],
  alsoWanted: readonly Change[],
): void {
  const wanted = dataChanges(changes, 'compose');
  if (wanted.length === 0) return;
  if (!target.compose) throw new CannotPlan('there is no compose file that could be changed');
  const places = createComposePlaces(target.compose);
  const placed = wanted.map((change) => placeChange(places, change, alsoWanted));
  for (const change of inSafeOrder(placed)) makeChange(drafts, change);
}

/** Removals come last and from the end, so that indices of lists are still right. */
function inSafeOrder(placed: readonly PlacedChange[]): PlacedChange[] {
  const removals = placed.filter(({ kind }) => kind === 'remove');
  return [
    ...placed.filter(({ kind }) => kind !== 'remove'),
    ...removals.toSorted((a, b) => comparePaths(b.path, a.path)),
  ];
}

function comparePaths(a: DocumentPath, b: DocumentPath): number {
  for (const [index, step] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (step === other) continue;
    if (typeof step === 'number' && typeof other === 'number') return step - other;
    return String(step) < String(other) ? -1 : 1;
  }
  return a.length - b.length;
}

function dataChanges(changes: readonly Change[], document: 'compose' | 'config'): DataChange[] {
  return changes.filter(
    (change): change is DataChange => 'document' in change && change.document === document,
  );
}

function planConfig(target: AuditTarget, drafts: Drafts, changes: readonly Change[]): void {
  const wanted = dataChanges(changes, 'config');
  const { config } = target;
  if (wanted.length === 0) return;
  if (!config) throw new CannotPlan('openclaw.json was not read');
  const placed = wanted.map((change): PlacedChange => {
    const { node, depth } = nearestNode(config.root, change.path);
    const path = [...node.origin.path, ...change.path.slice(depth)];
    const value = change.kind === 'remove' ? {} : { value: change.value };
    return { file: node.origin.file, kind: change.kind, path, ...value };
  });
  for (const { file, kind, path, value = null } of inSafeOrder(placed)) {
    const draft = draftOf(drafts, file);
    const document = parseLocatedJson5(draft.text(), file);
    if (document.root === null || document.root.kind === 'scalar' || document.problems.length > 0)
      throw new CannotPlan('openclaw.json is not well-formed');
    if (kind === 'set') draft.apply(json5.setIn(document, path, value));
    else if (kind === 'add') draft.apply(json5.addTo(document, path, value));
    else draft.apply(json5.removeIn(document, path));
  }
}
