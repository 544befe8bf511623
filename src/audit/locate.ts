import { resolve } from 'node:path';
import type { DocumentPath, LocatedNode, Origin } from '../documents/located.ts';
import { maskSecrets } from '../documents/mask-secrets.ts';
import { rememberTexts } from '../documents/remember-texts.ts';
import type { SourceText } from '../documents/source-text.ts';
import type { TextRange } from '../documents/text-edit.ts';
import { unknownVariables } from '../documents/unknown-variable.ts';
import type { SourcePosition } from '../errors/app-error.ts';
import type { Location } from '../measures/measure.ts';
import type { FindingLocation } from './audit-report.ts';
import type { AuditTarget } from './audit-target.ts';
import { shownPath } from './shown-path.ts';

/** Where the parts of one deployment were written. */
export interface Locator {
  /** Undefined when nothing in a file that was read is the cause. */
  locate(at: Location, hidesValue: boolean): FindingLocation | undefined;
  /** Variables that are set nowhere and that the part itself depends on. */
  unsetAt(at: Location): string[];
}

/** @param cwd absolute folder that the paths of findings are relative to */
export function createLocator(target: AuditTarget, cwd: string): Locator {
  const known = new Set([
    ...target.files,
    ...(target.deployment.files ?? [])
      .filter((file) => (file.kind ?? 'file') === 'file')
      .map((file) => resolve(target.folder, file.path)),
  ]);
  const rootOf = (at: Location): LocatedNode | undefined =>
    at.document === 'compose' ? target.compose?.root : target.config?.root;
  const shown = rememberTexts((path) => shownPath(path, cwd));
  return {
    locate(at, hidesValue) {
      if (at.document === 'file') return inFile(target, known, at, shown);
      const root = rootOf(at);
      const place = root && placeOf(root, at.path);
      const source = place && target.sources.get(place.origin.file);
      if (!place || !source) return undefined;
      return locationIn(
        source,
        shown(source.file),
        rangeOf(place),
        hidesValue ? place.origin.range : undefined,
      );
    },
    unsetAt(at) {
      const root = at.document === 'file' ? undefined : rootOf(at);
      const steps = root ? walk(root, at.path) : [];
      const node = steps.at(-1);
      const isThere = steps.length === at.path.length + 1;
      return isThere && node?.kind === 'scalar' && typeof node.value === 'string'
        ? unknownVariables(node.value)
        : [];
    },
  };
}

/**
 * The range in a text as a finding tells it; what may be a secret is masked in the excerpt.
 * @param file how the file is called in the report
 */
function locationIn(source: SourceText, file: string, range: TextRange, secret?: TextRange): FindingLocation {
  const start = source.positionAt(range.start, Math.max(range.end, range.start + 1));
  const end = source.positionAt(Math.max(range.start, range.end));
  const hidden = secret === undefined ? start : withoutValue(start, range, secret);
  return {
    file,
    range,
    position: { ...maskedPosition(hidden), file },
    endLine: end.line,
    endColumn: end.column,
    ...(source.text.startsWith('\uFEFF') ? { hasByteOrderMark: true } : {}),
  };
}

/** Longer lines are shown nowhere: nobody reads them, and a report would be made of nothing else. */
const MAX_EXCERPT = 2000;

/** The position with what may be a secret masked in its excerpt. */
export function maskedPosition(position: SourcePosition): SourcePosition {
  const { excerpt, ...rest } = position;
  if (excerpt === undefined || excerpt.length > MAX_EXCERPT) return rest;
  return { ...rest, excerpt: maskedExcerpt(excerpt) };
}

const maskedExcerpt = rememberTexts(maskSecrets);

/** With dots in place of the value, however harmless it looks. */
function withoutValue(position: SourcePosition, range: TextRange, secret: TextRange): SourcePosition {
  const { excerpt, column } = position;
  if (excerpt === undefined) return position;
  const inLine = (offset: number): number =>
    Math.max(0, Math.min(column - 1 + offset - range.start, excerpt.length));
  const [start, end] = [inLine(secret.start), inLine(secret.end)];
  return { ...position, excerpt: excerpt.slice(0, start) + '•'.repeat(end - start) + excerpt.slice(end) };
}

interface Place {
  origin: Origin;
  /** False when the wanted part is not there, and this is what it would be in. */
  isExact: boolean;
  isCollection: boolean;
}

/** The part at the path, or the nearest one around it, that somebody wrote. */
function placeOf(root: LocatedNode, path: DocumentPath): Place | undefined {
  const steps = walk(root, path);
  for (let depth = steps.length - 1; depth >= 0; depth -= 1) {
    const node = steps[depth];
    if (node && node.origin.isImplied !== true)
      return { origin: node.origin, isExact: depth === path.length, isCollection: node.kind !== 'scalar' };
  }
  return undefined;
}

/** The key alone for what holds other parts: they are not what is wrong. */
function rangeOf({ origin, isExact, isCollection }: Place): TextRange {
  const { key, range } = origin;
  if (key === undefined) return range;
  return isExact && !isCollection && range.end > key.end ? { start: key.start, end: range.end } : key;
}

/** Nodes from the root along the path, as far as there are any. Entries of lists are found by index or by name. */
function walk(root: LocatedNode, path: DocumentPath): LocatedNode[] {
  const nodes = [root];
  for (const step of path) {
    const node = nodes.at(-1);
    const next =
      node?.kind === 'map'
        ? node.entries.get(String(step))
        : node?.kind === 'list'
          ? itemOf(node.items, step)
          : undefined;
    if (next === undefined) break;
    nodes.push(next);
  }
  return nodes;
}

/** `environment` and its like are lists of `NAME=value`, too. */
function itemOf(items: readonly LocatedNode[], step: string | number): LocatedNode | undefined {
  if (typeof step === 'number' || /^\d+$/.test(step)) return items[Number(step)];
  return items.find((item) => {
    const text = item.kind === 'scalar' && typeof item.value === 'string' ? item.value : undefined;
    return text === step || (text?.startsWith(step) === true && /[=:]/.test(text.charAt(step.length)));
  });
}

/** A file that was not read as text (it holds secrets, or its mode is what is wrong) is named without its text. */
function inFile(
  target: AuditTarget,
  known: ReadonlySet<string>,
  at: Location,
  shown: (path: string) => string,
): FindingLocation | undefined {
  const path = resolve(target.folder, String(at.path[0] ?? ''));
  const source = target.sources.get(path);
  if (source && at.range) return locationIn(source, shown(source.file), at.range);
  if (!known.has(path) && !source) return undefined;
  const file = shown(path);
  return {
    file,
    range: at.range ?? { start: 0, end: 0 },
    position: { file, line: 1, column: 1 },
    endLine: 1,
    endColumn: 1,
  };
}
